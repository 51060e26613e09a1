import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Web

@Suite struct PageRendererTests {
    @Test("Values are escaped in text and attributes, also when a combining mark follows")
    func escaping() async throws {
        let site = try TestSite()
        let name = "\"\u{301}onmouseover='x' <script\u{338}>&amp;"
        let encoded = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let page = try await site.call(.get, "/greeting?name=\(encoded)").body
        let escaped = "&quot;\u{301}onmouseover=&#39;x&#39; &lt;script\u{338}&gt;&amp;amp;"
        #expect(page.utf8.contains(escaped.utf8) && !page.contains("onmouseover='"))
        #expect(page.utf8.contains("<h1 title=\"\(escaped)\">".utf8))
    }

    @Test("A page has its title, language, one h1, skip link, three links, 112 and the notice about sample data")
    func layout() async throws {
        let page = try await TestSite().call(.get, "/greeting?name=Thabo").body
        #expect(page.hasPrefix("<!doctype html>"))
        for part in [
            "<html lang=\"en\">", "<title>Hello – RateTheDoctor</title>", "href=\"#main\"", "id=\"main\"", "<a href=\"/\">Find a doctor</a>",
            "<a href=\"/symptoms\">Check symptoms</a>", "<a href=\"/help\">Help</a>", "href=\"tel:112\"", "Sample data", SiteAsset.stylesheet.path, SiteAsset.script.path,
        ] { #expect(page.contains(part), "\(part)") }
        #expect(page.components(separatedBy: "<h1").count == 2)
        #expect(!page.contains("{{"))
    }

    @Test("No page holds inline styles, scripts or addresses of other hosts, as the content security policy demands")
    func nothingInline() async throws {
        let site = try TestSite()
        for path in ["/help", "/greeting?name=a", "/nowhere"] {
            let page = try await site.call(.get, path, headers: [.accept: "text/html"]).body
            #expect(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick="))
            #expect(page.matches(of: /<(script|link|img)[^>]*(src|href)="(?!\/)/).isEmpty)
        }
    }

    @Test("Help names the emergency numbers and the sources of data, escaped")
    func help() async throws {
        let page = try await TestSite().call(.get, "/help").body
        for part in ["tel:112", "tel:10177", "not a diagnosis", "A &lt;b&gt; source", "CC BY 4.0", "https://example.org"] { #expect(page.contains(part), "\(part)") }
        #expect(page.utf8.count < 24_000)
    }

    @Test("Without sample data no page says that doctors are made up")
    func realData() async throws {
        let page = try await TestSite(site: SiteInformation(isSampleData: false)).call(.get, "/help").body
        #expect(!page.contains("made up"))
        #expect(page.contains("uses no data of others"))
    }

    @Test("Assets are cached for good under an address with their hash, 304 when known, and within their budgets")
    func assets() async throws {
        let site = try TestSite()
        for asset in SiteAsset.all {
            let reply = try await site.call(.get, asset.path)
            #expect(reply.status == 200)
            #expect(reply.headers[.cacheControl] == "public, max-age=31536000, immutable")
            let tag = try #require(reply.headers[.eTag])
            let known = try await site.call(.get, asset.path, headers: [.ifNoneMatch: tag])
            #expect(known.status == 304)
            #expect(known.body.isEmpty)
            #expect(known.headers[.eTag] == tag)
        }
        #expect(SiteAsset.stylesheet.bytes.readableBytes < 20_000)
        #expect(SiteAsset.script.bytes.readableBytes < 10_000)
        #expect(try await site.call(.get, "/favicon.ico").status == 200)
        #expect(try await site.call(.get, "/assets/site-0000000000000000.css").status == 404)
    }
}

extension String.UTF8View {
    fileprivate func contains(_ other: String.UTF8View) -> Bool {
        Data(self).range(of: Data(other)) != nil
    }
}

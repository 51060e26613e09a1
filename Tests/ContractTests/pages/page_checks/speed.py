"""A slow phone on a slow line: reported, since it depends on the machine the check runs on."""
from .site import RESULTS

# 400 kbit/s, 400 ms, a sixth of this processor.
BYTES_PER_SECOND, LATENCY_MS, CPU_RATE = 50_000, 400, 6
WATCH = """const watch = () => {
    const part = document.querySelector('.card h2, .slots a');
    if (part && part.getBoundingClientRect().height > 0) requestAnimationFrame(() => { window.firstResult = performance.now(); });
    else requestAnimationFrame(watch);
};
requestAnimationFrame(watch);"""


def run(site, report):
    first_painted(site, report, RESULTS, "result")
    page = site.tab()
    page.goto(RESULTS)
    doctor = page.locator(".card h2 a").first.get_attribute("href")
    page.context.close()
    first_painted(site, report, doctor, "free time of a doctor")


def first_painted(site, report, path, what):
    page = site.tab()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": LATENCY_MS,
        "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND,
    })
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})
    page.add_init_script(WATCH)
    page.goto(site.url + path)
    page.wait_for_function("window.firstResult")
    report.note(f"slow line: first {what} painted after {page.evaluate('window.firstResult') / 1000:.2f} s (goal 2 s)")
    page.context.close()

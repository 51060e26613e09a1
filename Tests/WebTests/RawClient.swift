import Foundation

/// A blocking TCP client that sends any bytes it is told to. Use on a thread of its own.
final class RawClient {
    private let socket: Int32

    /// - Parameter receiveTimeoutSeconds: how long `receiveAll` waits for the next bytes.
    init(port: Int, receiveTimeoutSeconds: Int = 15) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: receiveTimeoutSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(socket) }

    /// Sends everything; false if the connection broke first.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Closes our half.
    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Everything until the server closes, then why it ended.
    func receiveAll() -> (text: String, end: End) {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else {
                let end: End = count == 0 ? .closed : (errno == EAGAIN ? .timedOut : .reset)
                return (String(decoding: received, as: UTF8.self), end)
            }
            received += buffer[..<count]
        }
    }

    enum End { case closed, reset, timedOut }
}

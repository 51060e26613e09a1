import Glibc

/// Keeps freed memory in the process: handing a query's buffers back to the kernel, and clearing them again for the
/// next query, took 5 % of a search. Calls glibc's `mallopt`, which its Swift module does not declare.
func keepFreedMemory() {
    guard let symbol = dlsym(nil, "mallopt") else { return }
    let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
    let (trimThreshold, mmapThreshold): (Int32, Int32) = (-1, -3)
    _ = mallopt(trimThreshold, 512 << 20)
    _ = mallopt(mmapThreshold, 32 << 20)
}

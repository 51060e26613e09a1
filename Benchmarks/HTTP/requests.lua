-- wrk: asks the addresses of a file in turn, and prints what was measured as one line of JSON.
--   wrk … -s requests.lua URL -- FILE
local requests, position = {}, 0

function init(arguments)
  for address in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", address)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary)
  local errors = summary.errors
  print(string.format('{"rate": %.1f, "bytes": %.0f, "failed": %d}', summary.requests / summary.duration * 1e6,
    summary.bytes / summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

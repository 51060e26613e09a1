-- wrk: posts the bodies of a file in turn, and prints what was measured as one line of JSON.
--   wrk … -s checks.lua URL -- FILE
local bodies, position = {}, 0

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for body in io.lines(arguments[1]) do
    bodies[#bodies + 1] = wrk.format(nil, "/v1/symptom-checks", nil, body)
  end
end

function request()
  position = position % #bodies + 1
  return bodies[position]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"rate": %.1f, "failed": %d, "p50": %.2f, "p99": %.2f}', summary.requests / summary.duration * 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

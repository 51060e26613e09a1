-- Posts bookings: a hold, then its confirmation. Arguments: file of tokens, first number, file of places (doctor practice), first day (seconds since 1970).
-- Booking n is account n's and doctor n's (modulo their count), so that no two ever want the same.
local tokens, places, held, doctors = {}, {}, {}, 0
local number, firstDay, slotsADay = 0, 0, 96
confirmed, refused = 0, 0

function setup(thread)
  threads = threads or {}
  table.insert(threads, thread)
end

function init(arguments)
  for line in io.lines(arguments[1]) do tokens[#tokens + 1] = line end
  number = tonumber(arguments[2])
  for line in io.lines(arguments[3]) do
    local doctor, practice = line:match("(%d+) (%d+)")
    places[#places + 1] = {doctor, practice}
  end
  doctors = #places
  firstDay = tonumber(arguments[4])
end

local function headers(account, key)
  return {["Authorization"] = "Bearer " .. tokens[account], ["Content-Type"] = "application/json", ["Idempotency-Key"] = key}
end

function request()
  local hold = table.remove(held)
  if hold then
    return wrk.format("POST", "/v1/bookings/" .. hold.id .. "/confirmation", headers(hold.account, "c" .. hold.id), "{}")
  end
  local which, slot = number % doctors + 1, math.floor(number / doctors)
  number = number + 1
  local at = firstDay + math.floor(slot / slotsADay) * 86400 + slot % slotsADay * 900
  local body = string.format('{"doctor_id":"%s","practice_id":"%s","kind":"first_visit","starts_at":"%s"}',
    places[which][1], places[which][2], os.date("!%Y-%m-%dT%H:%M:%SZ", at))
  return wrk.format("POST", "/v1/bookings", headers((which - 1) % #tokens + 1, "h" .. number .. "-" .. firstDay), body)
end

function response(status, _, body)
  if status == 201 then
    local id, person = body:match('"id":"([%x-]+)"'), nil
    held[#held + 1] = {id = id, account = accountOf(body)}
  elseif status == 200 then
    confirmed = confirmed + 1
  else
    refused = refused + 1
    if refused <= 3 then io.stderr:write(status .. " " .. body:sub(1, 300) .. "\n") end
  end
end

-- The doctor tells the account: there are as many of both.
function accountOf(body)
  local doctor = body:match('"doctor":{"id":"(%d+)"')
  for which = 1, doctors do
    if places[which][1] == doctor then return (which - 1) % #tokens + 1 end
  end
end

function done(summary, latency)
  local ok, bad = 0, 0
  for _, thread in ipairs(threads) do
    ok = ok + thread:get("confirmed")
    bad = bad + thread:get("refused")
  end
  print(string.format('{"confirmed":%d,"refused":%d,"seconds":%.3f,"p50":%.2f,"p99":%.2f}', ok, bad, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

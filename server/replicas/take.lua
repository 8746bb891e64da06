-- Takes a turn in sliding windows and, where calls at once are limited, a lease.
-- KEYS: when turns were taken or will be; until when leases hold; the mark of the
-- replica, without which nothing is answered. Times are those of Redis, in microseconds.
-- ARGV: id of the turn, patience, leases at once (0: none are taken), time of a
-- lease, then a limit (0 or less: any number) and a length for each window.
-- Answers whether it was taken, the wait until the turn, which window is full (0
-- for the leases), and what is left in each window.
if redis.call('EXISTS', KEYS[3]) == 0 then
  return {}
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local id, patience, atOnce, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local function exact(n)
  return string.format('%.0f', n)
end

if atOnce > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', exact(now))
  if redis.call('ZCARD', KEYS[2]) >= atOnce then
    return {0, 0, 0}
  end
end

local at, full, longest, left = now, 0, 0, {}
for i = 5, #ARGV, 2 do
  local limit, length = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  longest = math.max(longest, length)
  local within = redis.call('ZCOUNT', KEYS[1], '(' .. exact(now - length), '+inf')
  left[#left + 1] = math.max(limit - within - 1, 0)
  if limit > 0 and within >= limit then
    local last = redis.call('ZRANGE', KEYS[1], -limit, -limit, 'WITHSCORES')
    local free = tonumber(last[2]) + length
    if free > at then
      at, full = free, (i - 3) / 2
    end
  end
end
local wait = at - now
if wait > 0 and wait >= patience then
  return {0, wait, full, unpack(left)}
end

if longest > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', exact(now - longest))
  redis.call('ZADD', KEYS[1], exact(at), id)
  redis.call('PEXPIRE', KEYS[1], exact(math.ceil((wait + 2 * longest) / 1000)))
end
if atOnce > 0 then
  redis.call('ZADD', KEYS[2], exact(now + lease), id)
  redis.call('PEXPIRE', KEYS[2], exact(math.ceil(lease / 1000)))
end
return {1, wait, 0, unpack(left)}

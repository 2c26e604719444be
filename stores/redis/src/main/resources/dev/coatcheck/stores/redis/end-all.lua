-- Draws the line and ends what lies at or before it. KEYS: the user's sign-ins. ARGV: user, not-before,
-- how long the line is kept (ms), id that stays or '', now, reason. Answers the ids of those that this call ended.
local user, line, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[5])
draw_line(user, line, tonumber(ARGV[3]))
local ended = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(line))) do
  local facts = id ~= ARGV[4] and facts_for_ending(record_key(id))
  if facts and facts.user == user and alive(facts, now) then
    bury(record_key(id), facts, ARGV[6], now)
    ended[#ended + 1] = id
  end
end
return ended

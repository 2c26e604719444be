-- Ends a session that is alive. KEYS: record. ARGV: now, reason, epoch or '' for any.
-- Answers whether this call ended it, whether it can't be read, and its user.
local facts, unreadable = facts_for_ending(KEYS[1])
local now = tonumber(ARGV[1])
if not facts or not alive(facts, now) or (ARGV[3] ~= '' and facts.epoch ~= tonumber(ARGV[3])) then
  return { 0, unreadable and 1 or 0, '' }
end
bury(KEYS[1], facts, ARGV[2], now)
return { 1, 0, facts.user or '' }

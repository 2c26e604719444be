-- Cluster, a session's slot: ends what lies at or before the user's line, also a sign-in that has yet to arrive.
-- KEYS: record. ARGV: user, not-before, now, reason. Answers 1 when this call ended the session.
local user, line, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local facts, unreadable = facts_for_ending(KEYS[1])
if facts and facts.user == user then
  if alive(facts, now) and facts.auth <= line then
    bury(KEYS[1], facts, ARGV[4], now)
    return { 1 }
  end
elseif not unreadable and not (facts and (facts.ending or facts.newer)) then
  fence(KEYS[1], 'c', user, line)
end
return { 0 }

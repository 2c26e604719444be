-- Cluster, a session's slot: makes room for a newer sign-in, also when this one has yet to arrive.
-- KEYS: record. ARGV: user, the sign-in's authenticatedAt, now.
-- Answers 1 when this call ended the session, 2 when it will be ended on arrival, 0 when it is over.
local user, now = ARGV[1], tonumber(ARGV[3])
local facts, unreadable = facts_of(KEYS[1])
if facts and facts.user == user then
  if alive(facts, now) then
    bury(KEYS[1], facts, 'LIMIT', now)
    return { 1 }
  end
elseif not unreadable and not (facts and facts.ending) then
  fence(KEYS[1], 'l', user, tonumber(ARGV[2]))
  return { 2 }
end
return { 0 }

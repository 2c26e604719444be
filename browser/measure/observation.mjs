// What the server and the page's script saw of one step, whichever browser played it.
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms))
export const cut = (v) => (v.length > 600 ? `${v.slice(0, 40)}...(${v.length} chars)` : v)
export const NAV = new Set(['form', 'link', 'location', 'typed', 'reload', 'open', 'iframe'])

// Scripts the server for a step.
export function prepare(server, step) {
  const r = step.request
  server.routes.clear()
  server.kind = NAV.has(r.kind) ? 'nav' : r.kind
  if (r.url) server.routes.set(new URL(r.url).href.replace(/#.*/, ''), step)
  for (const t of step.redirectTargets || []) server.routes.set(new URL(t.url).href.replace(/#.*/, ''), t)
  server.seen = []
}

// The hosts that a scenario names, by what they speak.
export function announce(server, sc) {
  for (const st of sc.steps)
    for (const u of [st.page, sc.page, st.request.url, sc.frame?.url, ...(st.redirectTargets || []).map((t) => t.url)])
      if (u && /^(http|ws)/.test(u)) {
        const p = new URL(u)
        ;(p.protocol === 'https:' || p.protocol === 'wss:' ? server.tlsHosts : server.plainHosts).add(p.hostname)
      }
}

// Puts a frame into the page; source for a function in the page.
export function insertFrame(f) {
  return new Promise((r) => {
    const i = document.createElement('iframe')
    i.name = 'theframe'
    if (f.sandbox !== undefined) i.setAttribute('sandbox', f.sandbox)
    if (f.allow) i.setAttribute('allow', f.allow)
    i.onload = r
    if (f.srcdoc !== undefined) i.srcdoc = f.srcdoc
    else i.src = f.url
    document.body.append(i)
  })
}

export function observe(server, r, out) {
  const ob = {}
  const acts = server.seen.filter((x) => !x.preflight),
    pres = server.seen.filter((x) => x.preflight)
  ob.reachedServer = acts.length > 0
  ob.preflightSent = pres.length > 0
  ob.preflightRequestHeaders = pres[0] ? pres[0].headers : null
  ob.requestHeaders = acts[0] ? acts[0].headers : null
  ob.serverRequests = server.seen.map((x) => {
    const y = { method: x.method, url: x.url }
    if (x.preflight) y.preflight = true
    if (x !== acts[0] && x !== pres[0]) y.headers = x.headers
    if (x.body) y.body = x.body
    return y
  })
  const fx = r.kind === 'fetch' || r.kind === 'xhr'
  ob.responseReadableByJs = fx ? !!out.readable : null
  ob.responseType = r.kind === 'fetch' ? (out.type ?? null) : null
  ob.responseStatusSeenByJs = fx ? (out.status ?? null) : null
  ob.exposedHeaders = fx ? (out.headers ?? null) : null
  ob.jsError = out.error ?? null
  for (const k of ['loaded', 'opened', 'queued', 'permissions']) if (out[k] !== undefined) ob[k] = out[k]
  if (out.pending) ob.pending = true
  return { ob, acts }
}

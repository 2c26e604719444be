// Plays scenarios in a real Chromium and records what happened, in the format of matrix.json:
//   node chromium.mjs SCENARIOS.json OUT_DIR/matrix.json [ID_PATTERN]
// A scenario that is read needs no "observed"; one that is written has it.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { certificate } from './certificate.mjs'
import { announce, cut, insertFrame, observe, prepare, sleep } from './observation.mjs'
import { script } from './scripts.mjs'
import { Server } from './server.mjs'

const tls = certificate()
const spki = tls.spki
async function launch(server, mode) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'cm-'))
  fs.mkdirSync(`${profile}/Default`)
  if (mode !== 'debian-untouched')
    fs.writeFileSync(
      `${profile}/Default/Preferences`,
      JSON.stringify({
        profile: {
          cookie_controls_mode: mode === 'block3pc' ? 1 : 2,
          ...(mode === 'block3pc' ? { block_third_party_cookies: true } : {}),
          ...(mode.endsWith('-granted')
            ? {
                content_settings: {
                  exceptions: {
                    ...(mode.includes('loopback') || mode.includes('both')
                      ? { loopback_network: { 'https://app.public.test:443,*': { setting: 1 } } }
                      : {}),
                    ...(mode.includes('local-g') || mode.includes('both')
                      ? { local_network: { 'https://app.public.test:443,*': { setting: 1 } } }
                      : {}),
                  },
                },
              }
            : {}),
        },
      }),
    )
  const rules = []
  if (mode.startsWith('lna')) {
    rules.push(`MAP *.public.test 127.0.0.2:${server.port}`, `MAP *.lan.test 127.0.0.3:${server.port}`)
  }
  rules.push(`MAP * 127.0.0.1:${server.port}`)
  const args = [
    '--headless=new',
    '--no-sandbox',
    ...(mode.startsWith('lna') ? [`--ip-address-space-overrides=127.0.0.2:${server.port}=public,127.0.0.3:${server.port}=local`] : []),
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    `--host-resolver-rules=${rules.join(',')}`,
    `--ignore-certificate-errors-spki-list=${spki}`,
    '--disable-background-networking',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-field-trial-config',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu',
    '--disable-popup-blocking',
    'about:blank',
  ]
  const proc = spawn('/usr/bin/chromium', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ws = await new Promise((res, rej) => {
    let b = ''
    const t = setTimeout(() => rej(new Error(`no devtools: ${b}`)), 30000)
    proc.stderr.on('data', (d) => {
      b += d
      const m = b.match(/DevTools listening on (ws:\S+)/)
      if (m) {
        clearTimeout(t)
        res(m[1])
      }
    })
  })
  const browser = await chromium.connectOverCDP(ws)
  return { browser, proc, profile }
}
const settle = async (server, page, least) => {
  await sleep(least)
  let last = ''
  for (let i = 0; i < 12; i++) {
    const now = server.seen.length + page.url()
    if (now === last && page.url() !== ':') return
    last = now
    await sleep(400)
  }
}
async function play(sc) {
  const server = new Server(tls)
  await server.start()
  announce(server, sc)
  const { browser, proc, profile } = await launch(server, sc.browser || 'default')
  const observed = []
  try {
    const ctx = browser.contexts()[0]
    const page = ctx.pages()[0] || (await ctx.newPage())
    const cdp = await ctx.newCDPSession(page)
    let rec
    const requests = new Map()
    const attach = async (s) => {
      s.on('Network.requestWillBeSent', (e) => {
        requests.set(e.requestId, `${e.request.method} ${e.request.url}`)
      })
      s.on('Network.responseReceivedExtraInfo', (e) => {
        if (!rec) return
        for (const b of e.blockedCookies)
          rec.setBlocked.push({ id: e.requestId, cookieLine: b.cookieLine, name: b.cookie?.name, reasons: b.blockedReasons })
      })
      s.on('Network.requestWillBeSentExtraInfo', (e) => {
        if (!rec) return
        for (const a of e.associatedCookies)
          if (a.blockedReasons.length)
            if (!/favicon/.test(requests.get(e.requestId) || ''))
              rec.sendBlocked.push({
                id: e.requestId,
                name: a.cookie.name,
                domain: a.cookie.domain,
                path: a.cookie.path,
                reasons: a.blockedReasons,
                url: e.headers[':path'] ? '' : '',
              })
      })
      s.on('Network.loadingFailed', (e) => {
        if (rec && e.corsErrorStatus) rec.cors.push({ id: e.requestId, req: requests.get(e.requestId), ...e.corsErrorStatus })
      })
      await s.send('Network.enable')
    }
    const contexts = new Map()
    cdp.on('Runtime.executionContextCreated', (e) => {
      const c = e.context
      if (c.auxData?.isDefault) contexts.set(c.auxData.frameId, c.id)
    })
    await attach(cdp)
    await cdp.send('Page.enable')
    await cdp.send('Runtime.enable')
    const sessions = new Map()
    const open = async (url, headers) => {
      server.pageLoading = true
      server.pages.set(new URL(url).href, headers || [])
      await page.goto(url).catch(() => {})
      if (sc.frame) {
        const f = sc.frame
        if (f.url?.startsWith('http')) server.pages.set(f.url, f.headers || [])
        await page.evaluate(insertFrame, f)
        await sleep(200)
      }
      server.pageLoading = false
    }
    const target = async () => {
      let frame = page.mainFrame()
      if (sc.frame) {
        frame = page.frames().find((f) => f.name() === 'theframe') || page.frames()[1] || frame
        if (frame !== page.mainFrame()) {
          try {
            const s = await ctx.newCDPSession(frame)
            if (!sessions.has(frame)) {
              sessions.set(frame, s)
              await attach(s)
            }
            return { frame, s }
          } catch {
            const tree = (await cdp.send('Page.getFrameTree')).frameTree
            const child = (tree.childFrames || [])[0]
            return { frame, s: cdp, contextId: child && contexts.get(child.frame.id) }
          }
        }
      }
      return { frame, s: cdp }
    }
    const run = async (expr, gesture) => {
      const { frame, s, contextId } = await target()
      if (s) {
        const r = await s
          .send('Runtime.evaluate', {
            expression: expr,
            ...(contextId ? { contextId } : {}),
            awaitPromise: true,
            returnByValue: true,
            userGesture: !!gesture,
          })
          .catch((e) => ({ result: { value: { error: String(e) } } }))
        return r.result?.value
      }
      return await frame.evaluate(expr).catch((e) => ({ error: String(e) }))
    }
    await open(sc.page, sc.pageHeaders)
    for (const st of sc.steps) {
      if (st.page) await open(st.page, st.pageHeaders)
      if (st.waitMs) await sleep(st.waitMs)
      const r = st.request
      prepare(server, st)
      rec = { setBlocked: [], sendBlocked: [], cors: [] }
      let out = {}
      const _before = page.url()
      if (r.kind === 'typed') {
        await cdp.send('Page.navigate', { url: r.url, transitionType: 'typed' }).catch(() => {})
        await settle(server, page, 900)
      } else if (r.kind === 'reload') {
        await cdp.send('Page.reload').catch(() => {})
        await settle(server, page, 900)
      } else {
        out = (await run(script(r), r.userGesture || r.kind === 'open')) || {}
        if (['form', 'link', 'location', 'open'].includes(r.kind)) await settle(server, page, 1200)
        else await sleep(r.kind === 'beacon' ? 500 : 150)
      }
      if (r.kind === 'open') {
        for (const p of ctx.pages()) if (p !== page) await p.close().catch(() => {})
      }
      const { ob, acts } = observe(server, r, out)
      const topNav =
        ['form', 'link', 'location', 'typed', 'reload'].includes(r.kind) &&
        (!sc.frame || r.target === '_top' || r.kind === 'typed' || r.kind === 'reload') &&
        (!r.target || r.target[0] === '_')
      if (topNav) ob.finalUrl = page.url().startsWith('chrome-error') ? 'chrome-error://chromewebdata/' : page.url()
      else if (['fetch', 'xhr'].includes(r.kind) && out.readable && (out.redirected || (acts.length > 1 && out.url))) ob.finalUrl = out.url
      const stt = (await run(`(()=>{let c=null;try{c=document.cookie}catch(e){}return {s:isSecureContext,c}})()`)) || {}
      ob.secureContext = !!stt.s
      ob.documentCookie = stt.c === undefined || stt.c === null ? null : cut(stt.c)
      const jar = (await cdp.send('Storage.getCookies')).cookies
      const now = Date.now() / 1000
      ob.cookiesStored = jar.map((c) => ({
        name: c.name,
        value: cut(c.value),
        domain: c.domain,
        path: cut(c.path),
        secure: c.secure,
        httpOnly: c.httpOnly,
        sameSite: c.sameSite || 'unspecified',
        hostOnly: !c.domain.startsWith('.'),
        session: c.session,
        expiresInSeconds: c.session ? null : Math.round((c.expires - now) / 10) * 10,
        sourceScheme: c.sourceScheme,
        sourcePort: c.sourcePort,
        partitionKey: c.partitionKey
          ? typeof c.partitionKey === 'string'
            ? { topLevelSite: c.partitionKey, hasCrossSiteAncestor: c.partitionKeyOpaque }
            : c.partitionKey
          : null,
      }))
      const urlOf = (id) => (requests.get(id) || ' ?').split(' ')[1].replace(/#.*/, '')
      ob.setCookieBlockedReasons =
        r.kind === 'websocket'
          ? []
          : rec.setBlocked.map((b) => ({
              cookieLine: b.cookieLine,
              ...(b.name !== undefined && b.name !== null ? { name: b.name } : {}),
              url: urlOf(b.id),
              reasons: b.reasons,
            }))
      ob.cookieSendBlockedReasons =
        r.kind === 'websocket'
          ? []
          : rec.sendBlocked.map((b) => ({ name: b.name, domain: b.domain, path: b.path, url: urlOf(b.id), reasons: b.reasons }))
      const ce = rec.cors[0]
      ob.corsError = ce
        ? {
            error: ce.corsError,
            failedParameter: ce.failedParameter || null,
            request: /Preflight/.test(ce.corsError) ? 'preflight' : 'actual',
          }
        : null
      observed.push(ob)
      rec = null
    }
  } finally {
    await browser.close().catch(() => {})
    proc.kill('SIGKILL')
    server.net.close()
    await sleep(100)
    try {
      fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    } catch {}
  }
  return { ...sc, observed }
}
const [, , input, output, filter] = process.argv
let scs = JSON.parse(fs.readFileSync(input, 'utf8'))
if (filter) scs = scs.filter((s) => new RegExp(filter).test(s.id))
const results = []
const N = 2
let i = 0
await Promise.all(
  Array.from({ length: N }, async () => {
    while (i < scs.length) {
      const sc = scs[i++]
      try {
        results.push(await play(sc))
      } catch (e) {
        console.error('FAILED', sc.id, e.message)
      }
    }
  }),
)
fs.mkdirSync(path.dirname(output), { recursive: true })
fs.writeFileSync(output, JSON.stringify(results, null, 1))
console.log('measured', results.length)
process.exit(0)

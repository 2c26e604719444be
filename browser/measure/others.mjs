// Plays recorded scenarios in a real Firefox or WebKitGTK and records what can be seen from the server and from the page's script:
//   node others.mjs firefox|webkit OUT_FILE.json [ID_PATTERN]
// The scenarios are those of matrix.json and variants/matrix.json; what is written names them by their id.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { certificate } from './certificate.mjs'
import { announce, cut, insertFrame, observe, prepare, sleep } from './observation.mjs'
import { script } from './scripts.mjs'
import { Server } from './server.mjs'

const [, , engineName, output, filter] = process.argv
const engine = await import(engineName === 'webkit' ? './webkit.mjs' : './firefox.mjs')
const tls = certificate()
const corpus = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src/test/resources/browser-matrix')

// What says something about the engine and can be seen without Chromium's own tools.
const GROUPS =
  /^(variant\/)?(pair|credentials|domain|prefix|samesite|third-party|partitioned|jar|path|lifetime|csrf|cors-origin|cors-preflight|cors-redirect|cors-expose)\//
const KINDS = new Set(['fetch', 'xhr', 'form', 'link', 'location', 'typed', 'img', 'script', 'iframe', 'js-cookie', 'eventsource', 'websocket', 'beacon', 'reload'])
const CUT = /\.\.\.\(\d+ chars\)/

const suits = (s) =>
  s.browser === 'default' && GROUPS.test(s.id) && s.steps.every((st) => KINDS.has(st.request.kind)) && !CUT.test(JSON.stringify([s.page, s.steps]))

const settle = async (server, driver, least) => {
  await sleep(least)
  let last = ''
  for (let i = 0; i < 12; i++) {
    const now = server.seen.length + (await driver.url())
    if (now === last) return
    last = now
    await sleep(300)
  }
}

async function play(sc) {
  const server = new Server(tls)
  await server.start()
  announce(server, sc)
  let driver
  try {
    driver = await engine.launch(server)
    const open = async (url, headers) => {
      server.pageLoading = true
      server.pages.set(new URL(url).href, headers || [])
      await driver.go(url)
      if (sc.frame) {
        if (sc.frame.url?.startsWith('http')) server.pages.set(sc.frame.url, sc.frame.headers || [])
        await driver.runInPage(`(${insertFrame})(${JSON.stringify(sc.frame)}).then(()=>1)`)
        await sleep(200)
      }
      server.pageLoading = false
    }
    const run = (expression, gesture) =>
      (sc.frame ? driver.runInFrame(expression, gesture) : driver.run(expression, gesture)).catch((e) => ({ broken: String(e) }))
    await open(sc.page, sc.pageHeaders)
    const observed = []
    for (const st of sc.steps) {
      if (st.page) await open(st.page, st.pageHeaders)
      if (st.waitMs) await sleep(st.waitMs)
      prepare(server, st)
      const r = st.request
      let out = {}
      if (r.kind === 'typed') {
        await driver.go(r.url)
        await settle(server, driver, 500)
      } else if (r.kind === 'reload') {
        await driver.reload()
        await settle(server, driver, 500)
      } else {
        out = (await run(script(r), r.userGesture)) || {}
        if (['form', 'link', 'location'].includes(r.kind)) await settle(server, driver, 900)
        else await sleep(r.kind === 'beacon' ? 500 : 150)
      }
      if (out.broken && !/form|link|location/.test(r.kind)) throw new Error(out.broken)
      const { ob } = observe(server, r, out)
      const state = await run(`(()=>{let c=null;try{c=document.cookie}catch(e){}return {s:isSecureContext,c}})()`)
      if (!state?.broken) {
        ob.secureContext = !!state?.s
        ob.documentCookie = state?.c === undefined || state.c === null ? null : cut(state.c)
      }
      observed.push(ob)
    }
    return { id: sc.id, observed }
  } finally {
    await driver?.close()
    server.net.close()
  }
}

const scenarios = ['matrix.json', 'variants/matrix.json']
  .flatMap((file) => JSON.parse(fs.readFileSync(path.join(corpus, file), 'utf8')))
  .filter((s) => suits(s) && (!filter || new RegExp(filter).test(s.id)))
const results = []
let next = 0
await Promise.all(
  Array.from({ length: +(process.env.AT_ONCE || 2) }, async () => {
    while (next < scenarios.length) {
      const sc = scenarios[next++]
      for (let attempt = 1; attempt <= 2; attempt++) {
        try {
          results.push(await play(sc))
          break
        } catch (e) {
          console.error('FAILED', sc.id, e.message)
        }
      }
    }
  }),
)
const order = new Map(scenarios.map((s, i) => [s.id, i]))
results.sort((a, b) => order.get(a.id) - order.get(b.id))
fs.mkdirSync(path.dirname(path.resolve(output)), { recursive: true })
const lines = results.map((one) => JSON.stringify(one)).join(',\n')
fs.writeFileSync(
  output,
  `{"browser": ${JSON.stringify(engine.version())}, "date": "${new Date().toISOString().slice(0, 10)}", "scenarios": [\n${lines}\n]}\n`,
)
console.log('measured', results.length, 'of', scenarios.length, 'in', engine.version())
process.exit(0)

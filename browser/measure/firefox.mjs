// A Firefox that is spoken to by WebDriver BiDi, its own protocol, over a WebSocket.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import WebSocket from 'ws'

const PROGRAM = process.env.FIREFOX || 'firefox-esr'

export const version = () => execFileSync(PROGRAM, ['--version']).toString().trim()

// Everything goes through the scenarios' server as a SOCKS proxy. Firefox trusts http://localhost less while it is proxied; the preference
// that it has for such tests puts that right. Nothing else about cookies, CORS or tracking protection is changed.
const PREFERENCES = (port) => ({
  'network.proxy.type': 1,
  'network.proxy.socks': '127.0.0.1',
  'network.proxy.socks_port': port,
  'network.proxy.socks_remote_dns': true,
  'network.proxy.allow_hijacking_localhost': true,
  'network.proxy.testing_localhost_is_secure_when_hijacked': true,
  'network.proxy.no_proxies_on': '',
  'remote.prefs.recommended': false,
  'remote.active-protocols': 1,
  'dom.disable_open_during_load': false,
  // Quiet at start.
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://localhost:1/',
  'browser.safebrowsing.update.enabled': false,
  'extensions.update.enabled': false,
  'dom.push.connection.enabled': false,
  'browser.newtabpage.activity-stream.feeds.topsites': false,
  'browser.region.update.enabled': false,
})

export async function launch(server) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'measure-firefox-'))
  fs.writeFileSync(
    path.join(profile, 'user.js'),
    Object.entries(PREFERENCES(server.port))
      .map(([k, v]) => `user_pref(${JSON.stringify(k)}, ${JSON.stringify(v)});\n`)
      .join(''),
  )
  const proc = spawn(PROGRAM, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
  })
  const quit = async () => {
    proc.kill('SIGKILL')
    await new Promise((r) => (proc.exitCode !== null || proc.signalCode !== null ? r() : proc.once('exit', r)))
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  try {
    const address = await new Promise((resolve, reject) => {
      let text = ''
      const limit = setTimeout(() => reject(new Error(`${PROGRAM} opens no port: ${text}`)), 60000)
      proc.stderr.on('data', (d) => {
        text += d
        const found = text.match(/WebDriver BiDi listening on (ws:\S+)/)
        if (found) {
          clearTimeout(limit)
          resolve(found[1])
        }
      })
      proc.on('exit', () => reject(new Error(`${PROGRAM} ended: ${text}`)))
    })
    const session = await connect(`${address}/session`)
    await session.send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } })
    return await driver(session, quit)
  } catch (e) {
    await quit()
    throw e
  }
}

async function connect(address) {
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const waiting = new Map()
  socket.on('message', (data) => {
    const answer = JSON.parse(data)
    const one = waiting.get(answer.id)
    if (!one) return
    waiting.delete(answer.id)
    if (answer.type === 'error') one.reject(new Error(`${answer.error}: ${answer.message}`))
    else one.resolve(answer.result)
  })
  let id = 0
  return {
    send: (method, params) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`${method} is not answered`)), 20000)
        waiting.set(++id, {
          resolve: (v) => (clearTimeout(limit), resolve(v)),
          reject: (e) => (clearTimeout(limit), reject(e)),
        })
        socket.send(JSON.stringify({ id, method, params }))
      }),
    close: () => socket.close(),
  }
}

async function driver(session, quit) {
  const tree = () => session.send('browsingContext.getTree', {}).then((t) => t.contexts)
  const page = (await tree())[0].context
  const evaluate = async (context, expression, gesture) => {
    const answer = await session.send('script.evaluate', {
      expression: `(async()=>JSON.stringify((await (${expression})) ?? null))()`,
      target: { context },
      awaitPromise: true,
      userActivation: !!gesture,
    })
    if (answer.type === 'exception') return { error: answer.exceptionDetails.text }
    return JSON.parse(answer.result.value) ?? undefined
  }
  return {
    go: (url) => session.send('browsingContext.navigate', { context: page, url, wait: 'complete' }).catch(() => {}),
    reload: () => session.send('browsingContext.reload', { context: page, wait: 'complete' }).catch(() => {}),
    runInPage: (expression) => evaluate(page, expression),
    runInFrame: async (expression, gesture) => {
      const frame = (await tree()).find((c) => c.context === page).children[0]
      return evaluate(frame.context, expression, gesture)
    },
    run: (expression, gesture) => evaluate(page, expression, gesture),
    url: async () => (await tree()).find((c) => c.context === page).url,
    closeOthers: async () => {
      for (const c of await tree())
        if (c.context !== page) await session.send('browsingContext.close', { context: c.context }).catch(() => {})
    },
    close: async () => {
      session.close()
      await quit()
    },
  }
}

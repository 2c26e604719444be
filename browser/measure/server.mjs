// The server of the scenarios: all names and ports end on one socket, which tells TLS from plain HTTP by the first byte. Answers are written
// byte by byte, because many of them are wrong on purpose.
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'

// Headers that no rule of the model is about.
const BORING = new Set([
  'host',
  'connection',
  'user-agent',
  'accept',
  'accept-encoding',
  'accept-language',
  'content-length',
  'cache-control',
  'pragma',
  'upgrade-insecure-requests',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'range',
  'if-none-match',
  'if-modified-since',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'priority',
  'purpose',
  'sec-purpose',
  'content-language',
  'save-data',
  'sec-websocket-protocol',
  'dnt',
])

const HARNESS_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

// Answers a SOCKS5 client (RFC 1928) that every address is right here.
async function socks(sock) {
  const bytes = async (n) => {
    for (;;) {
      const b = sock.read(n)
      if (b) return b
      await new Promise((resolve, reject) => {
        sock.once('readable', resolve)
        sock.once('close', () => reject(new Error('closed')))
      })
    }
  }
  const [, methods] = await bytes(2)
  await bytes(methods)
  sock.write(Buffer.from([5, 0]))
  const [, , , kind] = await bytes(4)
  await bytes((kind === 1 ? 4 : kind === 4 ? 16 : (await bytes(1))[0]) + 2)
  sock.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
}

export class Server {
  constructor({ key, cert }) {
    this.key = key
    this.cert = cert
    this.routes = new Map()
    this.pages = new Map()
    this.seen = []
    this.tlsHosts = new Set()
    this.plainHosts = new Set()
    this.kind = 'fetch'
  }
  async start() {
    const handler = (tls) => (req, res) => this.handle(tls, req, res)
    this.h = http.createServer(handler(false))
    this.s = https.createServer({ key: this.key, cert: this.cert }, handler(true))
    for (const [srv, tls] of [
      [this.h, false],
      [this.s, true],
    ]) {
      srv.on('upgrade', (req, sock) => this.upgrade(tls, req, sock))
      srv.on('clientError', (_e, s) => s.destroy())
      srv.on('tlsClientError', () => {})
    }
    this.net = net.createServer((sock) => this.accept(sock))
    await new Promise((r) => this.net.listen(0, '0.0.0.0', r))
    this.port = this.net.address().port
  }
  // One socket for everything: a SOCKS5 greeting, TLS or plain HTTP, told apart by the first byte.
  accept(sock) {
    sock.on('error', () => {})
    sock.once('readable', () => {
      const b = sock.read(1)
      if (!b) return
      sock.unshift(b)
      if (b[0] === 0x05) socks(sock).then(() => this.accept(sock), () => sock.destroy())
      else if (b[0] === 0x16) this.s.emit('connection', sock)
      else this.h.emit('connection', sock)
    })
  }
  url(tls, req, ws) {
    const h = req.headers.host
    return `${ws ? (tls ? 'wss' : 'ws') : tls ? 'https' : 'http'}://${h.replace(tls ? /:443$/ : /:80$/, '')}${req.url}`
  }
  headersOf(req) {
    const o = {}
    const raw = req.rawHeaders
    for (let i = 0; i < raw.length; i += 2) {
      const k = raw[i].toLowerCase()
      if (!BORING.has(k)) o[k] = o[k] === undefined ? raw[i + 1] : `${o[k]}, ${raw[i + 1]}`
    }
    for (const k of Object.keys(o)) if (o[k].length > 600) o[k] = `${o[k].slice(0, 40)}...(${o[k].length} chars)`
    return o
  }
  value(v) {
    return v.replace(/\{\{date:([+-]\d+)\}\}/g, (_, n) => new Date(Date.now() + 1000 * +n).toUTCString())
  }
  write(res, r, kind) {
    const hs = (r.headers || []).map(([k, v]) => [k, this.value(v)])
    const has = (n) => hs.some((h) => h[0].toLowerCase() === n)
    const body =
      kind === 'img'
        ? HARNESS_PNG
        : kind === 'script'
          ? '1;'
          : kind === 'eventsource'
            ? 'data: x\n\n'
            : kind === 'nav'
              ? '<!doctype html><title>x</title>'
              : 'ok'
    const type =
      kind === 'img'
        ? 'image/png'
        : kind === 'script'
          ? 'text/javascript'
          : kind === 'eventsource'
            ? 'text/event-stream'
            : kind === 'nav'
              ? 'text/html'
              : 'text/plain'
    const flat = []
    for (const [k, v] of hs) flat.push(k, v)
    if (!has('content-type')) flat.push('Content-Type', type)
    const none = r.status === 204 || r.status === 304
    flat.push('Content-Length', none ? '0' : String(Buffer.byteLength(body)))
    flat.push('Connection', 'close')
    // raw socket: nothing is validated
    const sock = res.socket
    let head = `HTTP/1.1 ${r.status} X\r\n`
    for (let i = 0; i < flat.length; i += 2) head += `${flat[i]}: ${flat[i + 1]}\r\n`
    sock.write(Buffer.from(`${head}\r\n`, 'latin1'))
    if (!none && res.req.method !== 'HEAD') sock.write(body)
    sock.end()
  }
  handle(tls, req, res) {
    const url = this.url(tls, req)
    const chunks = []
    req.on('data', (c) => chunks.push(c))
    req.on('end', () => {
      const host = new URL(url).hostname
      if (!(tls ? this.tlsHosts : this.plainHosts).has(host)) {
        req.socket.destroy()
        return
      }
      if (req.url === '/favicon.ico') {
        this.write(res, { status: 404 })
        return
      }
      const route = this.routes.get(url)
      if (!route || this.pageLoading) {
        const p = this.pages.get(url)
        if (p) {
          this.write(res, { status: 200, headers: p }, 'nav')
          return
        }
      }
      const pre = req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined
      const e = { method: req.method, url, headers: this.headersOf(req) }
      if (pre) e.preflight = true
      if (chunks.length) e.body = Buffer.concat(chunks).toString()
      this.seen.push(e)
      if (pre) {
        this.write(res, route?.preflightResponse || { status: 404 })
        return
      }
      if (!route?.response) {
        this.write(res, { status: 404 })
        return
      }
      this.write(res, route.response, this.kind)
    })
  }
  upgrade(tls, req, sock) {
    sock.on('error', () => {})
    const url = this.url(tls, req, true)
    if (!(tls ? this.tlsHosts : this.plainHosts).has(new URL(url).hostname)) {
      sock.destroy()
      return
    }
    this.seen.push({ method: 'GET', url, headers: this.headersOf(req) })
    const r = this.routes.get(url)
    const st = r?.response?.status || 403
    let head = `HTTP/1.1 ${st} X\r\n`
    for (const [k, v] of r?.response?.headers || []) head += `${k}: ${this.value(v)}\r\n`
    sock.write(Buffer.from(`${head}Content-Length: 0\r\nConnection: close\r\n\r\n`, 'latin1'))
    sock.end()
  }
}

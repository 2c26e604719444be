// What the page does for each kind of request, as source to be evaluated in the page or its frame.
const js = (v) => JSON.stringify(v).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
const TIMEOUT = 8000
export function script(r) {
  const wait = (p) => `Promise.race([${p}, new Promise(r=>setTimeout(()=>r({pending:true}),${TIMEOUT}))])`
  switch (r.kind) {
    case 'fetch': {
      const o = { method: r.method }
      for (const k of ['headers', 'body', 'credentials', 'mode', 'redirect', 'cache', 'targetAddressSpace'])
        if (r[k] !== undefined) o[k] = r[k]
      return wait(
        `(async()=>{try{const x=await fetch(${js(r.url)},${js(o)});return {readable:x.type!=='opaque'&&x.type!=='opaqueredirect',type:x.type,status:x.status,headers:[...new Set([...x.headers.keys()])].sort(),url:x.url,redirected:x.redirected}}catch(e){return {readable:false,error:String(e)}}})()`,
      )
    }
    case 'xhr':
      return wait(
        `new Promise(res=>{try{const x=new XMLHttpRequest();x.open(${js(r.method)},${js(r.url)});x.withCredentials=${r.credentials === 'include'};for(const [k,v] of ${js(r.headers || [])})x.setRequestHeader(k,v);x.onload=()=>res({readable:true,status:x.status,headers:x.getAllResponseHeaders().trim().split(/\\r\\n/).filter(Boolean).map(l=>l.split(':')[0].toLowerCase()).sort(),url:x.responseURL});x.onerror=()=>res({readable:false,error:'xhr'});x.send(${js(r.body ?? null)})}catch(e){res({readable:false,error:String(e)})}})`,
      )
    case 'img':
      return wait(
        `new Promise(res=>{const i=new Image();${r.crossorigin ? `i.crossOrigin=${js(r.crossorigin)};` : ''}i.onload=()=>res({loaded:true});i.onerror=()=>res({loaded:false});i.src=${js(r.url)}})`,
      )
    case 'script':
      return wait(
        `new Promise(res=>{const i=document.createElement('script');${r.crossorigin ? `i.crossOrigin=${js(r.crossorigin)};` : ''}i.onload=()=>res({loaded:true});i.onerror=()=>res({loaded:false});i.src=${js(r.url)};document.head.append(i)})`,
      )
    case 'iframe':
      return wait(
        `new Promise(res=>{const i=document.createElement('iframe');i.onload=()=>res({loaded:true});i.onerror=()=>res({loaded:false});i.src=${js(r.url)};document.body.append(i)})`,
      )
    case 'beacon':
      return `({queued:navigator.sendBeacon(${js(r.url)},${js(r.body ?? '')})})`
    case 'eventsource':
      return wait(
        `new Promise(res=>{const e=new EventSource(${js(r.url)},{withCredentials:${r.credentials === 'include'}});e.onopen=()=>{e.close();res({loaded:true})};e.onerror=()=>{e.close();res({loaded:false})}})`,
      )
    case 'websocket':
      return wait(
        `new Promise(res=>{try{const w=new WebSocket(${js(r.url)});w.onopen=()=>res({loaded:true});w.onerror=()=>res({loaded:false})}catch(e){res({loaded:false,error:String(e)})}})`,
      )
    case 'js-cookie':
      return `(()=>{try{document.cookie=${js(r.value)}}catch(e){return {error:String(e)}}return {}})()`
    case 'permission':
      return `(async()=>{const o={};for(const n of ${js(r.names)}){try{o[n]=(await navigator.permissions.query({name:n})).state}catch(e){o[n]='error'}}return {permissions:o}})()`
    case 'form': {
      const f = r.fields || [['a', '1']]
      return `(()=>{const t=${js(r.target || '')};if(t&&t[0]!=='_'){const i=document.createElement('iframe');i.name=t;document.body.append(i)}const f=document.createElement('form');f.method=${js(r.method)};f.action=${js(r.url)};${r.enctype ? `f.enctype=${js(r.enctype)};` : ''}if(t)f.target=t;${r.rel ? `f.rel=${js(r.rel)};` : ''}for(const [k,v] of ${js(f)}){const i=document.createElement('input');i.type='hidden';i.name=k;i.value=v;f.append(i)}document.body.append(f);${r.userGesture ? `const b=document.createElement('button');f.append(b);b.click()` : 'f.submit()'}})()`
    }
    case 'link':
      return `(()=>{const a=document.createElement('a');a.href=${js(r.url)};${r.rel ? `a.rel=${js(r.rel)};` : ''}${r.target ? `a.target=${js(r.target)};` : ''}document.body.append(a);a.click()})()`
    case 'location':
      return `void(location.href=${js(r.url)})`
    case 'open':
      return `({opened:!!window.open(${js(r.url)})})`
  }
}

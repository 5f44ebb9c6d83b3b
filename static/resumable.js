/* Sends a file in pieces to /api/uploads, and goes on where it stopped: after a lost connection at once it is back,
   after a reload when the same file is chosen again. */

const ROUTE = '/api/uploads';
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];
const AGAIN = new Set([0, 409, 429, 502, 503, 504]);

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `The desk refused the file (error ${status}).`);
    this.status = status;
    this.problem = problem;
  }
}

const key = (file) => `upload ${file.name} ${file.size} ${file.lastModified}`;

/* XMLHttpRequest, since fetch cannot tell how much was sent. */
function ask(method, url, { body = null, headers = {}, signal = null, progress = null }) {
  const request = new XMLHttpRequest();
  request.open(method, url);
  request.setRequestHeader('Accept', 'application/json');
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  if (progress) request.upload.addEventListener('progress', (event) => progress(event.loaded));
  const stop = () => request.abort();
  signal?.addEventListener('abort', stop);
  return new Promise((resolve, reject) => {
    request.addEventListener('loadend', () => {
      signal?.removeEventListener('abort', stop);
      let answer = {};
      try { answer = JSON.parse(request.responseText || '{}'); } catch { /* a proxy's own words */ }
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(new Refused(request.status, answer));
    });
    request.send(body);
  });
}

async function found(file, signal) {
  const id = sessionStorage.getItem(key(file));
  if (!id) return null;
  try {
    return await ask('GET', `${ROUTE}/${id}`, { signal });
  } catch (error) {
    if (error.status !== 404) throw error;
    sessionStorage.removeItem(key(file));
    return null;
  }
}

async function begun(file, signal) {
  const body = JSON.stringify({ name: file.name, bytes: file.size });
  const upload = await ask('POST', ROUTE, { body, headers: { 'Content-Type': 'application/json' }, signal });
  sessionStorage.setItem(key(file), upload.id);
  return upload;
}

function piece(upload, file, signal, progress) {
  return ask('PATCH', `${ROUTE}/${upload.id}`, {
    body: file.slice(upload.offset, upload.offset + upload.chunk),
    headers: { 'Content-Type': 'application/octet-stream', 'Upload-Offset': String(upload.offset) },
    signal,
    progress: (sent) => progress(upload.offset + sent),
  });
}

/* Until the wait is over, the network is back, or the upload is cancelled. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    for (const [target, type] of [[window, 'online'], [signal, 'abort']]) {
      target.addEventListener(type, () => { clearTimeout(timer); resolve(); }, { once: true });
    }
  });
}

/* Gives the upload with its asset; throws Refused, or null where it was cancelled. */
export async function send(file, { signal, progress, lost }) {
  let failures = 0;
  for (;;) {
    try {
      let upload = await found(file, signal) ?? await begun(file, signal);
      while (!upload.asset) {
        upload = await piece(upload, file, signal, progress);
        failures = 0;
      }
      sessionStorage.removeItem(key(file));
      return upload;
    } catch (error) {
      const id = sessionStorage.getItem(key(file));
      if (signal.aborted || error.status === 422) sessionStorage.removeItem(key(file));
      if (signal.aborted && id) ask('DELETE', `${ROUTE}/${id}`, {}).catch(() => {});
      if (signal.aborted) throw null;
      if (!AGAIN.has(error.status)) throw error;
    }
    lost();
    await pause(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)], signal);
  }
}

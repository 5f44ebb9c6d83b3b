/* Uploads with progress: files put into [data-upload], or dropped anywhere on its page, are sent at once, two at a time.
   In a form, data-into names the select that receives the new asset. */

import { send } from './resumable.js';

const AT_ONCE = 2;
const waiting = [];
const known = new Set();
let running = 0;

const tell = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail }));

function row(zone, file) {
  const list = zone.parentElement.querySelector('[data-uploads]');
  list.append(zone.parentElement.querySelector('template').content.cloneNode(true));
  const item = list.lastElementChild;
  item.querySelector('[data-name]').textContent = file.name;
  return item;
}

const say = (item, text) => { item.querySelector('[data-state]').textContent = text; };

function progress(item, loaded, total) {
  const bar = item.querySelector('progress');
  if (loaded >= total) bar.removeAttribute('value');
  else bar.value = Math.floor((loaded / total) * 100);
  say(item, loaded >= total ? 'Checking the file' : `${bar.value}%`);
}

function fail(item, text) {
  item.dataset.tone = 'bad';
  item.querySelector('progress').remove();
  say(item, text);
}

function adopt(zone, upload) {
  const select = document.getElementById(zone.dataset.into);
  if (!select) return;
  select.add(new Option(upload.label, upload.asset.id, true, true));
  select.dispatchEvent(new Event('change', { bubbles: true }));
  const title = select.form.elements.title;
  if (!title.value) title.value = upload.asset.title;
  title.dispatchEvent(new Event('input', { bubbles: true }));
}

function arrived(zone, item, upload) {
  item.remove();
  adopt(zone, upload);
  tell('toast', { level: 'ok', message: `${upload.asset.title} ${upload.existed ? 'was in the library already' : 'is in the library'}` });
  tell('changed', { topic: 'library' });
}

const name = (file) => `${file.name} ${file.size} ${file.lastModified}`;

async function run({ zone, file, item, stop }) {
  try {
    stop.signal.throwIfAborted();
    const upload = await send(file, {
      signal: stop.signal,
      progress: (loaded) => progress(item, loaded, file.size),
      lost: () => say(item, 'Connection lost, trying again'),
    });
    arrived(zone, item, upload);
  } catch (error) {
    if (error && item.isConnected) fail(item, error.message);
  }
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    const job = waiting.shift();
    running += 1;
    run(job).finally(() => { running -= 1; known.delete(name(job.file)); next(); });
  }
}

function take(zone, files) {
  for (const file of files) {
    if (known.has(name(file))) continue;
    known.add(name(file));
    const item = row(zone, file);
    const stop = new AbortController();
    item.addEventListener('cancel-upload', () => stop.abort(), { once: true });
    waiting.push({ zone, file, item, stop });
  }
  next();
}

document.addEventListener('change', ({ target }) => {
  const zone = target.closest('[data-upload]');
  if (!zone) return;
  take(zone, [...target.files]);
  target.value = '';
});

document.addEventListener('click', ({ target }) => {
  const item = target.closest('[data-cancel-upload]')?.closest('li');
  item?.dispatchEvent(new Event('cancel-upload'));
  item?.remove();
});

document.addEventListener('drop-files', ({ detail }) => take(detail.zone, detail.files));

addEventListener('beforeunload', (event) => { if (running) event.preventDefault(); });

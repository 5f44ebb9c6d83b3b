/* Files may be dropped anywhere on a page that takes them: its [data-upload], or that of the open dialog, gets them. */

let inside = 0;

const zone = () => document.querySelector('dialog[open] [data-upload]') ?? document.querySelector('[data-upload]');
const carries = (event) => event.dataTransfer?.types.includes('Files') && zone();

function mark(entered) {
  inside = Math.max(0, inside + entered);
  zone()?.toggleAttribute('data-over', inside > 0);
}

for (const [type, entered] of [['dragenter', 1], ['dragleave', -1]]) {
  document.addEventListener(type, (event) => { if (carries(event)) mark(entered); });
}

document.addEventListener('dragover', (event) => { if (carries(event)) event.preventDefault(); });

document.addEventListener('drop', (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  mark(-inside);
  const files = [...event.dataTransfer.files];
  document.dispatchEvent(new CustomEvent('drop-files', { detail: { zone: zone(), files } }));
});

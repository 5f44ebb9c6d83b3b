/* Copies the field that data-copy names; where the clipboard is closed to us (plain HTTP) the text is selected. */

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('[data-copy]');
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  const done = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  const message = done ? 'Copied' : 'Selected. Press Ctrl+C to copy';
  document.dispatchEvent(new CustomEvent('toast', { detail: { level: 'ok', message } }));
});

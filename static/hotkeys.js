/* Keys for the whole page: "/" goes to the search field. */

const typing = (el) => el.matches('input, textarea, select, [contenteditable]');

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const field = document.querySelector('[data-hotkey="/"]');
  if (!field || document.querySelector('dialog:modal')) return;
  event.preventDefault();
  field.focus();
});

/* Switches the theme in place; the form does it by itself where this does not run. */

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-theme-form]')) return;
  event.preventDefault();
  const theme = event.submitter.value;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  document.documentElement.dataset.theme = theme;
  form.querySelector(`button:not([value="${theme}"])`).focus();
  fetch(form.action, { method: 'POST', body, redirect: 'manual', keepalive: true });
});

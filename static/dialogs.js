/* Dialogs and menus. Whatever htmx puts into #dialog opens it; a change that was made closes it.
   Confirmation goes through #confirm, for htmx (hx-confirm) and for plain forms (data-confirm). */

const find = (id) => document.getElementById(id);

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  const content = find('dialog');
  const box = content?.closest('dialog');
  if (ctx.target === content && ctx.swap !== 'none' && content && !box.open) box.showModal();
});

document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
  const box = ctx.sourceElement.closest?.('dialog');
  if (box && ctx.request.method !== 'GET' && ctx.response.status === 204) box.close();
});

/* 'close' does not bubble. Old content must not keep its ids in the page. */
document.addEventListener('close', ({ target }) => {
  if (target.contains(find('dialog'))) find('dialog').replaceChildren();
}, true);

function ask(source, question) {
  const box = find('confirm');
  box.querySelector('h2').textContent = question;
  box.querySelector('p').textContent = source.dataset.confirmText ?? '';
  box.querySelector('[value="yes"]').textContent = source.dataset.confirmLabel ?? 'Continue';
  box.returnValue = '';
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener('close', () => resolve(box.returnValue === 'yes'), { once: true });
  });
}

document.addEventListener('htmx:confirm', (event) => {
  if (!find('confirm')) return;
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  ask(ctx.sourceElement, ctx.confirm).then((yes) => (yes ? issueRequest() : dropRequest()));
});

const confirmed = new WeakSet();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.dataset.confirm || confirmed.delete(form)) return;
  event.preventDefault();
  ask(form, form.dataset.confirm).then((yes) => {
    if (!yes) return;
    confirmed.add(form);
    form.requestSubmit(event.submitter);
  });
}, true);

function closeMenus(except) {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (menu !== except) menu.open = false;
}

document.addEventListener('click', (event) => {
  closeMenus(event.target.closest('details.menu'));
  const closer = event.target.closest('dialog [data-close]');
  if (!closer) return;
  event.preventDefault();
  closer.closest('dialog').close();
});

document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
  if (!menu) return;
  menu.querySelector('summary').focus();
  closeMenus();
});

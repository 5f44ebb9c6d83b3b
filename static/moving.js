/* While something on the page is on its way ([data-moving]), parts with data-live="moving" are fetched each second. */

setInterval(() => {
  if (document.hidden || !document.querySelector('[data-moving]')) return;
  document.dispatchEvent(new CustomEvent('changed', { detail: { topic: 'moving' } }));
}, 1000);

/* Chapters: [data-seek] plays the page's player from there, and the one that plays is marked. */

const player = () => document.querySelector('.player :is(video, audio)');

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-seek]');
  if (!link || !player() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  player().currentTime = Number(link.dataset.seek);
  player().play().catch(() => {});
});

document.addEventListener('timeupdate', ({ target }) => {
  const links = [...document.querySelectorAll('[data-seek]')];
  const current = links.findLast((link) => Number(link.dataset.seek) <= target.currentTime + 0.05);
  for (const link of links) {
    if (link === current) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}, true);

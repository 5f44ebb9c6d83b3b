/* Markers: [data-seek] plays the page's player from there, and the one that plays is marked.
   [data-time-of] writes the player's time into the field of that id. */

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

const clockTime = (seconds) => {
  const ms = Math.round(seconds * 1000), two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(ms / 3600000), minutes = Math.floor(ms / 60000) % 60;
  const whole = hours ? `${hours}:${two(minutes)}` : minutes;
  return `${whole}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-time-of]');
  if (button && player()) document.getElementById(button.dataset.timeOf).value = clockTime(player().currentTime);
});

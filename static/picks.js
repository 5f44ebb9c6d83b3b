/* Picking in a list: how many are chosen, all that are shown, or none. */

const boxes = () => [...document.querySelectorAll('input[type="checkbox"][form="bulk"]')];

function told() {
  const chosen = boxes().filter((box) => box.checked).length;
  const said = document.querySelector('[data-picked]');
  if (!said) return;
  const noun = said.dataset.picked;
  said.textContent = chosen === 1 ? `1 ${noun} chosen` : `${chosen} ${noun}s chosen`;
}

document.addEventListener('change', ({ target }) => { if (target.form?.id === 'bulk') told(); });

document.addEventListener('click', ({ target }) => {
  const pick = target.closest('[data-pick]')?.dataset.pick;
  if (!pick) return;
  for (const box of boxes()) box.checked = pick === 'all';
  told();
});

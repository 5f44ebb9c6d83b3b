/* "31 of 100" beside a field, as code points, while one types. */

document.addEventListener('input', ({ target }) => {
  const counter = target.id && document.querySelector(`output[data-most][for="${CSS.escape(target.id)}"]`);
  if (counter) counter.value = `${[...target.value].length} of ${counter.dataset.most}`;
});

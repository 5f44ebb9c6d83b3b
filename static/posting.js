/* A POST whose answer says in HX-Trigger what to tell and what changed; tells whether it was carried out. */
export async function post(address, fields = {}) {
  const answer = await fetch(address, { method: 'POST', headers: { 'HX-Request': 'true' }, body: new URLSearchParams(fields) }).catch(() => null);
  const told = JSON.parse(answer?.headers.get('HX-Trigger') ?? 'null') ?? { toast: { level: 'bad', message: 'The desk did not answer. Check the connection, then try again.' } };
  for (const [type, detail] of Object.entries(told)) document.dispatchEvent(new CustomEvent(type, { detail }));
  return { ok: Boolean(answer?.ok), message: told.toast?.message ?? '' };
}

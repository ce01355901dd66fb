/** What pages do beyond HTML: products are filtered while one types, and a call is shown without leaving the page. Both work without, too. */
export const portalScript = `'use strict';
const filter = document.querySelector('#filter');
if (filter) {
  filter.closest('form').hidden = false;
  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const card of document.querySelectorAll('.cards li')) {
      card.hidden = !card.textContent.toLowerCase().includes(wanted);
      if (!card.hidden) shown += 1;
    }
    document.querySelector('#filtered').textContent = shown === 1 ? '1 product' : shown + ' products';
  });
  filter.form.addEventListener('submit', (event) => event.preventDefault());
}
const attempt = document.querySelector('form.attempt');
if (attempt) {
  attempt.addEventListener('submit', async (event) => {
    event.preventDefault();
    const result = document.querySelector('#result');
    const button = attempt.querySelector('button');
    button.disabled = true;
    result.setAttribute('aria-busy', 'true');
    try {
      const reply = await fetch(attempt.action, {
        method: 'POST',
        headers: { accept: 'text/x-portal-fragment' },
        body: new URLSearchParams(new FormData(attempt)),
      });
      if (reply.status === 401) return location.reload();
      if ((reply.headers.get('content-type') || '').startsWith('text/html')) result.innerHTML = await reply.text();
      else result.textContent = 'The call could not be made (' + reply.status + ').';
    } catch {
      result.textContent = 'The call could not be made: the portal cannot be reached.';
    } finally {
      button.disabled = false;
      result.removeAttribute('aria-busy');
      result.focus();
    }
  });
}
`;

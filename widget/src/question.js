/** The one question under an answer, and what its answer means. */

import { h } from './dom.js';

/**
 * @param {import('./types.js').App} app
 * @param {string} article  the id it is asked about
 * @param {{yes: () => void, no: () => void}} then
 */
export function createQuestion({ strings: { t }, emit }, article, then) {
  const yes = () => {
    emit('vote', { article, value: 'up' });
    emit('solved', { article });
    then.yes();
  };
  const no = () => {
    emit('vote', { article, value: 'down' });
    then.no();
  };
  return h(
    'div',
    { class: 'ask pad', role: 'group', 'aria-label': t('ask') },
    h('b', {}, t('ask')),
    h('button', { click: yes }, t('yes')),
    h('button', { click: no }, t('no')),
  );
}

/** Flags: two keystrokes to raise one, and what became of the agent's own. */

import { day, make } from './nodes.js';

const LETTERS = { m: 'missing', o: 'outdated', w: 'wrong', u: 'unclear' };

export function createFlags(dialog, { api, texts, say, ticket }) {
  const note = dialog.querySelector('textarea');
  let article;

  async function raise(kind) {
    dialog.close();
    try {
      await api.flag({ kind, article: kind === 'missing' ? undefined : article?.article, ticket: ticket(), note: note.value.trim() });
      say(texts.flagged.replace('{kind}', texts[kind]));
    } catch (error) {
      say(error.message, 'bad');
    }
  }

  dialog.addEventListener('click', (event) => {
    const kind = event.target.closest('.kinds button')?.value;
    if (kind) raise(kind);
  });
  dialog.addEventListener('keydown', (event) => {
    const kind = event.target !== note && !event.ctrlKey && !event.metaKey && !event.altKey && LETTERS[event.key];
    if (!kind) return;
    event.preventDefault();
    raise(kind);
  });

  return {
    open(result) {
      article = result;
      note.value = '';
      dialog.querySelector('[data-flag-article]').textContent = result?.title || '';
      for (const button of dialog.querySelectorAll('.kinds button')) button.disabled = !result && button.value !== 'missing';
      dialog.showModal();
      dialog.querySelector('.kinds button:not(:disabled)').focus();
    },
  };
}

/** Fills the list of the agent's flags; resolves to how many were answered. */
export async function drawMyFlags(list, { api, texts, lang }) {
  const { flags = [] } = await api.flags({ mine: '1' });
  list.replaceChildren(
    ...flags.map((flag) =>
      make(
        'li',
        {},
        make('span', { class: 'badge ' + flag.state }, texts['flag_' + flag.state]),
        make('b', {}, texts[flag.kind]),
        ' ',
        flag.title || flag.article || '',
        flag.note && make('span', { class: 'note' }, flag.note),
        make('span', { class: 'note' }, day(flag.changed || flag.created, lang)),
      ),
    ),
  );
  if (!flags.length) list.replaceChildren(make('li', { class: 'note' }, texts.no_flags));
  return flags.filter((flag) => flag.state === 'done').length;
}

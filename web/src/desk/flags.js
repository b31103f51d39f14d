/** Flags: two keystrokes to raise one, and what became of the agent's own. */

import { day, make } from './nodes.js';

const SEEN = 'deflect-desk-flags-seen';
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

const seenUntil = () => {
  try {
    return localStorage.getItem(SEEN) || '';
  } catch {
    return ''; // Storage is off: every answer is new.
  }
};

const titleOf = (flag) => flag.title || flag.article || flag.note || '';

/** The agent's own flags: a list in a dialog, and a word when one was answered since the list was last open. */
export function createMyFlags(list, { api, texts, lang, say, dot }) {
  let flags = [];

  function draw() {
    list.replaceChildren(...flags.map((flag) => item(flag, { texts, lang })));
    if (!flags.length) list.replaceChildren(make('li', { class: 'note' }, texts.no_flags));
  }

  return {
    async load() {
      flags = (await api.flags({ mine: '1' })).flags || [];
      draw();
      const answered = flags.filter(({ state, changed }) => state === 'done' && changed > seenUntil());
      dot.hidden = !answered.length;
      if (answered.length) say(texts.flag_answered.replace('{flag}', [texts[answered[0].kind], titleOf(answered[0])].filter(Boolean).join(' · ')));
    },
    /** The list is open: what it shows is no news any more. */
    seen() {
      dot.hidden = true;
      try {
        localStorage.setItem(SEEN, flags.map(({ changed }) => changed).sort().pop() || '');
      } catch {
        // It will be told again.
      }
    },
  };
}

function item(flag, { texts, lang }) {
  const state = flag.owner ? texts.flag_by.replace('{state}', texts['flag_' + flag.state]).replace('{owner}', flag.owner) : texts['flag_' + flag.state];
  return make(
    'li',
    {},
    make('span', { class: 'badge ' + flag.state }, state),
    make('span', {}, make('b', {}, texts[flag.kind]), ' ', flag.title || flag.article || ''),
    flag.note && make('span', { class: 'note' }, flag.note),
    flag.answer && make('p', { class: 'answer' }, flag.answer),
    make('span', { class: 'note' }, day(flag.changed || flag.created, lang)),
  );
}

/** A reply made of the articles' own passages, to edit and copy. */

import { fill, make } from './nodes.js';

export function createDraft(box, { texts, copyDraft }) {
  let field;

  return {
    show(draft) {
      box.hidden = !draft || !draft.text;
      if (box.hidden) return box.replaceChildren();
      field = make('textarea', { id: 'draft-text', rows: '9', 'aria-describedby': 'draft-sure' });
      field.value = draft.text;
      const button = make('button', { type: 'button', class: 'button' }, texts.copy_draft);
      button.addEventListener('click', () => copyDraft(field.value, draft.articles));
      box.replaceChildren(
        make('h2', {}, make('label', { for: 'draft-text' }, texts.draft)),
        make('p', { class: draft.send ? 'note' : 'notice warn', id: 'draft-sure' }, draft.send ? texts.draft_sure : texts.draft_unsure),
        field,
        make('div', { class: 'row' }, button, make('span', { class: 'note' }, ...fill(texts.draft_from, { articles: draft.articles.map((article) => article.title).join(', ') }))),
      );
    },
    focus() {
      if (box.hidden) return false;
      field.focus();
      return true;
    },
  };
}

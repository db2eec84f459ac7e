import { DomainEdit, ensure } from './domain-edit.ts';

/** The document with this name and UUID, and all else as it stands. Throws PROTOCOL for text that is no domain XML. */
export function withIdentity(text: string, { id, name }: { id: string; name: string }): string {
  const edit = new DomainEdit(text);
  ensure(edit.root, 'name').textContent = name;
  ensure(edit.root, 'uuid').textContent = id;
  return edit.toString();
}

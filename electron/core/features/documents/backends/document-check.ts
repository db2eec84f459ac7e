import type { Element } from '@xmldom/xmldom';
import type { DocumentRefusal } from '../../../../../shared/contract/documents.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { attribute, child, parseRoot, textOf } from '../../../libvirt/xml/elements.ts';

interface WrittenDocument {
  /** Name of the root element. */
  root: string;
  /** Name of what the document describes. */
  name: string;
  /** As the host has it. */
  before: string;
  /** As the host had it when the person began. */
  base: string;
  /** As the person wants it. */
  text: string;
}

/** Throws CONFLICT or BAD_INPUT for a document that must not be written. */
export function checkDocument({ root, name, before, base, text }: WrittenDocument): void {
  if (before !== base) throw refusedDocument('CONFLICT', name, 'changedMeanwhile');
  const written = rootOf(text, root, name);
  // With another name or UUID libvirt would make a second one, or refuse in words that tell neither.
  const kept = parseRoot(before, root);
  for (const part of ['name', 'uuid'] as const) {
    if (identity(written, part) !== identity(kept, part)) throw refusedDocument('BAD_INPUT', name, part);
  }
}

/** As an element of its own, or, the name of a network filter, as an attribute. */
function identity(root: Element, part: 'name' | 'uuid'): string | null {
  return textOf(child(root, part)) ?? attribute(root, part);
}

function rootOf(text: string, root: string, name: string): Element {
  try {
    return parseRoot(text, root);
  } catch (thrown) {
    throw refusedDocument('BAD_INPUT', name, 'notXml', AppError.from(thrown));
  }
}

/** Why a document is not written, as an error. */
export function refusedDocument(
  code: 'CONFLICT' | 'BAD_INPUT',
  name: string,
  reason: DocumentRefusal,
  cause?: AppError,
): AppError {
  return new AppError(code, {
    params: { machine: name, reason },
    detail: cause?.detail ?? `the document is not saved: ${reason}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

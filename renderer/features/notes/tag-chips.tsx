import { memo, type CSSProperties, type ReactNode } from 'react';

/** As many as the eye can tell apart. */
const HUES = 15;

const chipStyle: CSSProperties = {
  display: 'inline-flex',
  alignItems: 'center',
  gap: 5,
  flexShrink: 0,
  maxWidth: 160,
  padding: '0 7px',
  borderRadius: 9,
  border: '1px solid var(--mui-palette-divider)',
  fontSize: '0.6875rem',
  lineHeight: '18px',
  whiteSpace: 'nowrap',
};
const textStyle: CSSProperties = { overflow: 'hidden', textOverflow: 'ellipsis' };

/** The same colour for the same tag, everywhere and always. */
function hueOf(tag: string): number {
  // FNV-1a: tags that are alike get colours that are not.
  let hash = 0x811c_9dc5;
  for (const character of tag) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x0100_0193);
  return ((hash >>> 0) % HUES) * (360 / HUES);
}

/** A tag, without the cost of a styled component: tables show hundreds. */
export function TagChip({ tag }: { tag: string }): ReactNode {
  return (
    <span style={chipStyle} title={tag}>
      <span
        aria-hidden
        style={{
          width: 7,
          height: 7,
          flexShrink: 0,
          borderRadius: '50%',
          background: `hsl(${hueOf(tag)} 55% 50%)`,
        }}
      />
      <span style={textStyle}>{tag}</span>
    </span>
  );
}

/** How tags become one value, so that a cell is drawn again only when they change. */
const SEPARATOR = '\n';
/** More do not fit into any column. */
const MAX_CHIPS = 4;

interface TagsCellProps {
  /** One a line. */
  tags: string;
}

/** The tags of a machine in a table. */
export const TagsCell = memo(function TagsCell({ tags }: TagsCellProps) {
  if (tags === '') {
    return (
      <span aria-hidden className="nothing">
        –
      </span>
    );
  }
  const list = tags.split(SEPARATOR);
  return (
    <span className="inline" title={list.join(SEPARATOR)} style={{ gap: 4 }}>
      {list.slice(0, MAX_CHIPS).map((tag) => (
        <TagChip key={tag} tag={tag} />
      ))}
      {list.length > MAX_CHIPS && (
        <span className="quiet" style={{ fontSize: '0.6875rem' }}>
          +{list.length - MAX_CHIPS}
        </span>
      )}
    </span>
  );
});

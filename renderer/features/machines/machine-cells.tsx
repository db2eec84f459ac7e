import {
  mdiCheck,
  mdiClockOutline,
  mdiCloudLockOutline,
  mdiCloudOutline,
  mdiContentCopy,
  mdiContentSaveOutline,
  mdiLayersOutline,
  mdiLockOutline,
  mdiServer,
} from '@mdi/js';
import { memo, useEffect, useState, type ReactNode } from 'react';

/** An icon without the cost of a styled component; tables show hundreds. */
function Glyph({ path, title }: { path: string; title?: string }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width={14}
      height={14}
      fill="currentColor"
      role={title === undefined ? undefined : 'img'}
      aria-hidden={title === undefined}
      aria-label={title}
      style={{ flexShrink: 0 }}
    >
      {title !== undefined && <title>{title}</title>}
      <path d={path} />
    </svg>
  );
}

interface NameCellProps {
  name: string;
  /** What is special about the machine; empty where nothing is. */
  locked: string;
  ownedByNova: string;
  transient: string;
  managedSave: string;
  template?: string;
}

/** The name, and marks for what one must know before touching the machine. */
export const NameCell = memo(function NameCell(props: NameCellProps) {
  const { name, locked, ownedByNova, transient, managedSave, template = '' } = props;
  const text = (
    <span className="text strong" title={name}>
      {name}
    </span>
  );
  const marks = [locked, ownedByNova, transient, managedSave, template];
  if (marks.every((mark) => mark === '')) return text;
  return (
    <span className="inline">
      {text}
      <span className="inline quiet marks">
        {template !== '' && <Glyph path={mdiLayersOutline} title={template} />}
        {locked !== '' && <Glyph path={mdiLockOutline} title={locked} />}
        {ownedByNova !== '' && <Glyph path={mdiCloudLockOutline} title={ownedByNova} />}
        {transient !== '' && <Glyph path={mdiClockOutline} title={transient} />}
        {managedSave !== '' && <Glyph path={mdiContentSaveOutline} title={managedSave} />}
      </span>
    </span>
  );
});

interface CpuCellProps {
  /** 0 to 100; null where it is not known. */
  percent: number | null;
  text: string;
}

/** How busy the vCPUs are, as a figure and a bar. */
export const CpuCell = memo(function CpuCell({ percent, text }: CpuCellProps) {
  if (percent === null) return <Nothing />;
  const level = percent >= 90 ? 'full' : percent >= 70 ? 'high' : '';
  return (
    <span className="meter">
      <span aria-hidden className={`bar ${level}`} style={{ backgroundSize: `${percent}% 100%` }} />
      {text}
    </span>
  );
});

interface AddressesCellProps {
  /** Separated by spaces, so that the cell is drawn again only when they change. */
  addresses: string;
  copyText: (address: string) => string;
}

/** The first address, how many more there are, and a button to copy it. */
export const AddressesCell = memo(function AddressesCell({ addresses, copyText }: AddressesCellProps) {
  if (addresses === '') return <Nothing />;
  const list = addresses.split(' ');
  const first = list[0] ?? '';
  return (
    <span className="inline with-aside">
      <span className="text mono" title={list.join('\n')}>
        {first}
      </span>
      {list.length > 1 && (
        <span className="quiet" title={list.join('\n')} style={{ fontSize: '0.75rem' }}>
          +{list.length - 1}
        </span>
      )}
      <CopyButton key={first} text={first} label={copyText(first)} />
    </span>
  );
});

const COPIED_MS = 1_500;

function CopyButton({ text, label }: { text: string; label: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = window.setTimeout(() => setCopied(false), COPIED_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);
  return (
    <button
      type="button"
      className="bare on-hover aside"
      tabIndex={-1}
      data-part="copy"
      title={label}
      aria-label={label}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Glyph path={isCopied ? mdiCheck : mdiContentCopy} />
    </button>
  );
}

interface PlaceCellProps {
  isCloud: boolean;
  connection: string;
  host: string;
}

/** Which connection a machine is on; in a cloud also which hypervisor, where that is told. */
export const PlaceCell = memo(function PlaceCell({ isCloud, connection, host }: PlaceCellProps) {
  const hasHost = isCloud && host !== '';
  return (
    <span className="inline" title={host === '' ? connection : `${connection}\n${host}`}>
      <Glyph path={isCloud ? mdiCloudOutline : mdiServer} />
      <span className="text">
        {connection}
        {hasHost && <span className="quiet">{` · ${host}`}</span>}
      </span>
    </span>
  );
});

interface TextCellProps {
  text: string;
  isMonospace?: boolean;
  title?: string;
}

/** A text, or a dash where there is none. */
export const TextCell = memo(function TextCell({ text, isMonospace, title }: TextCellProps) {
  if (text === '') return <Nothing />;
  return (
    <span className={isMonospace === true ? 'mono' : undefined} title={title ?? text}>
      {text}
    </span>
  );
});

function Nothing(): ReactNode {
  return (
    <span aria-hidden className="nothing">
      –
    </span>
  );
}

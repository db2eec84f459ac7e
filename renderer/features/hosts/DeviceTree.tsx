import {
  mdiChip,
  mdiChevronDown,
  mdiChevronRight,
  mdiDesktopTowerMonitor,
  mdiEthernet,
  mdiExpansionCard,
  mdiHarddisk,
  mdiMonitor,
  mdiServer,
  mdiUsb,
} from '@mdi/js';
import { Box, Typography } from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useId, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeDeviceKind } from '../../../shared/contract/hosts.ts';
import { formatCount } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import type { DeviceLine } from './device-tree.ts';

const ROW_PX = 28;
const INDENT_PX = 18;

const icons: Record<NodeDeviceKind, string> = {
  system: mdiServer,
  pci: mdiExpansionCard,
  usb: mdiUsb,
  net: mdiEthernet,
  storage: mdiHarddisk,
  scsi: mdiHarddisk,
  gpu: mdiDesktopTowerMonitor,
  mdev: mdiChip,
  other: mdiChip,
};

interface DeviceTreeProps {
  label: string;
  /** Its element, which takes the focus. */
  treeRef: RefObject<HTMLDivElement | null>;
  lines: readonly DeviceLine[];
  /** Key of the line that is chosen. */
  chosen: string | null;
  onChoose: (line: DeviceLine) => void;
  onToggle: (line: DeviceLine) => void;
  /** The names of devices on the screen, whenever others are. */
  onVisible: (names: readonly string[]) => void;
}

/** The devices of a host as a tree of which only what is on the screen is drawn. */
export function DeviceTree({
  label,
  treeRef,
  lines,
  chosen,
  onChoose,
  onToggle,
  onVisible,
}: DeviceTreeProps): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const baseId = useId();
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => treeRef.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const visible = items.flatMap(({ index }) => lines[index]?.device ?? []);
  const unread = visible.filter(({ details }) => details === null).map(({ id }) => id);
  const unreadText = unread.join('\n');
  const tell = useEffectEvent(() => onVisible(unread));
  useEffect(() => {
    if (unreadText !== '') tell();
  }, [unreadText]);

  const at = lines.findIndex(({ key }) => key === chosen);
  const go = (next: number): void => {
    const line = lines[Math.max(0, Math.min(lines.length - 1, next))];
    if (line === undefined) return;
    onChoose(line);
    virtualizer.scrollToIndex(lines.indexOf(line));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[at];
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: lines.length - 1,
      PageDown: at + 10,
      PageUp: at - 10,
    };
    const step = steps[event.key];
    if (step !== undefined) go(step);
    else if (line !== undefined && line.count > 0 && event.key === 'ArrowRight') {
      if (line.isOpen) go(at + 1);
      else onToggle(line);
    } else if (line !== undefined && event.key === 'ArrowLeft') {
      if (line.count > 0 && line.isOpen) onToggle(line);
      else go(lines.slice(0, at).findLastIndex(({ depth }) => depth < line.depth));
    } else return;
    event.preventDefault();
  };

  return (
    <Box
      ref={treeRef}
      role="tree"
      aria-label={label}
      tabIndex={0}
      {...(at >= 0 && { 'aria-activedescendant': `${baseId}-${at}` })}
      onKeyDown={onKeyDown}
      sx={{ flex: 1, minHeight: 0, minWidth: 0, overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
    >
      <Box role="presentation" sx={{ position: 'relative' }} style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const { device, kind, depth, count, isOpen, key } = line;
          const details = device?.details ?? null;
          return (
            <Box
              key={key}
              id={`${baseId}-${index}`}
              role="treeitem"
              aria-level={depth + 1}
              aria-selected={index === at}
              {...(count > 0 && { 'aria-expanded': isOpen })}
              aria-label={device === null ? t(`deviceKinds.${kind}`) : device.id}
              onClick={() => onChoose(line)}
              onDoubleClick={() => count > 0 && onToggle(line)}
              sx={{
                position: 'absolute',
                left: 0,
                right: 0,
                height: ROW_PX,
                display: 'flex',
                alignItems: 'center',
                gap: 1,
                pr: 2,
                cursor: 'default',
                userSelect: 'none',
                '&:hover': { bgcolor: 'action.hover' },
                ...(index === at && { bgcolor: 'action.selected', '&:hover': { bgcolor: 'action.selected' } }),
                '& svg': { width: 16, height: 16 },
              }}
              style={{ top: start, paddingLeft: 8 + depth * INDENT_PX }}
            >
              <Box
                aria-hidden
                sx={{ width: 16, flexShrink: 0, display: 'flex', color: 'text.secondary' }}
                onClick={(event) => {
                  event.stopPropagation();
                  if (count > 0) onToggle(line);
                }}
              >
                {count > 0 && <Icon path={isOpen ? mdiChevronDown : mdiChevronRight} />}
              </Box>
              <Box aria-hidden sx={{ display: 'flex', flexShrink: 0, color: 'text.secondary' }}>
                <Icon path={icons[kind]} />
              </Box>
              {device === null ? (
                <Typography variant="body2" sx={{ fontWeight: 600, flex: 1 }} noWrap>
                  {t(`deviceKinds.${kind}`)}
                </Typography>
              ) : (
                <>
                  <Typography variant="body2" noWrap sx={{ flexShrink: 0, maxWidth: '55%' }} title={device.id}>
                    {device.id}
                  </Typography>
                  <Typography variant="body2" color="text.secondary" noWrap sx={{ flex: 1, minWidth: 0 }}>
                    {details?.label ?? ''}
                  </Typography>
                </>
              )}
              {device?.usedBy != null && device.usedBy.length > 0 && (
                <Box
                  component="span"
                  title={t('devices.usedByNames', { names: device.usedBy.map(({ name }) => name).join(', ') })}
                  sx={{
                    display: 'flex',
                    alignItems: 'center',
                    gap: 0.5,
                    minWidth: 0,
                    maxWidth: '40%',
                    flexShrink: 0,
                    '& svg': { width: 14, height: 14, flexShrink: 0 },
                  }}
                >
                  <Icon path={mdiMonitor} />
                  <Typography variant="caption" noWrap>
                    {device.usedBy.map(({ name }) => name).join(', ')}
                  </Typography>
                </Box>
              )}
              <Typography variant="caption" color="text.secondary" noWrap>
                {device === null ? formatCount(count, i18n.language) : (details?.driver ?? '')}
              </Typography>
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}

import { mdiFitToScreenOutline, mdiMagnifyMinusOutline, mdiMagnifyPlusOutline } from '@mdi/js';
import { Box, IconButton, Paper, Tooltip, Typography } from '@mui/material';
import { useEffect, useLayoutEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Topology, TopologyEdge, TopologyNode } from './topology.ts';
import { TopologyNodeView } from './TopologyNodeView.tsx';

const NODE = { width: 188, height: 46 };
const COLUMN = NODE.width + 76;
const ROW = NODE.height + 12;
const MARGIN = 24;
/** At the right, so that nothing is below the buttons for its size. */
const BESIDE_BUTTONS = 40;
const HEAD = 28;
const ZOOM = { least: 0.4, most: 1.6, step: 0.15 };

interface TopologyPictureProps {
  topology: Topology;
  /** By id. */
  machines: ReadonlyMap<string, Machine>;
  connectionId: string;
  /** Shows all machines of a network, or some of them again. */
  onToggle: (key: string) => void;
}

/** The picture: it is scrolled, or dragged, and drawn larger and smaller. Its parts are links in their order on the page. */
export function TopologyPicture({ topology, machines, connectionId, onToggle }: TopologyPictureProps): ReactNode {
  const { t } = useTranslation('hostNetwork');
  const box = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const width = topology.columns * COLUMN - (COLUMN - NODE.width) + 2 * MARGIN + BESIDE_BUTTONS;
  const height = HEAD + topology.rows * ROW + 2 * MARGIN;
  const fit = (): void => {
    const { clientWidth, clientHeight } = box.current ?? { clientWidth: 0, clientHeight: 0 };
    // Where nothing is laid out there is nothing to fit into.
    if (clientWidth > 0) setZoom(bounded(Math.min(1, clientWidth / width, clientHeight / height)));
  };
  // Only as wide as it opens: a picture that grows while somebody looks at it stays where it is.
  useLayoutEffect(() => {
    const { clientWidth } = box.current ?? { clientWidth: 0 };
    if (clientWidth > 0) setZoom(bounded(Math.min(1, clientWidth / width)));
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useWheelZoom(box, (direction) => setZoom((present) => bounded(present + direction * ZOOM.step)));
  const drag = useDrag(box);
  const byKey = new Map(topology.nodes.map((node) => [node.key, node]));
  const columns = [...new Set(topology.nodes.map(({ column }) => column))].sort((one, other) => one - other);
  return (
    <Box sx={{ flex: 1, minHeight: 0, position: 'relative', display: 'flex' }}>
      <Box
        ref={box}
        role="region"
        aria-label={t('picture')}
        // What scrolls must be reachable by the keyboard.
        tabIndex={0}
        {...drag}
        sx={{ flex: 1, overflow: 'auto', cursor: 'grab', '&:active': { cursor: 'grabbing' } }}
      >
        <Box sx={{ width: width * zoom, height: height * zoom, overflow: 'hidden' }}>
          <Box
            sx={{ width, height, position: 'relative', transformOrigin: '0 0' }}
            style={{ transform: `scale(${zoom})` }}
          >
            <svg width={width} height={height} aria-hidden style={{ position: 'absolute', inset: 0 }}>
              {topology.edges.map((edge) => (
                <Edge key={`${edge.from} ${edge.to}`} edge={edge} nodes={byKey} />
              ))}
            </svg>
            {columns.map((column) => (
              <Typography
                key={column}
                variant="caption"
                color="text.secondary"
                noWrap
                sx={{ position: 'absolute', top: MARGIN - 6, left: MARGIN + column * COLUMN, width: NODE.width }}
              >
                {t(`columns.${columnOf(column, topology.columns)}`)}
              </Typography>
            ))}
            {topology.nodes.toSorted(inOrder).map((node) => (
              <Box
                key={node.key}
                sx={{ position: 'absolute', ...NODE }}
                style={{ left: MARGIN + node.column * COLUMN, top: topOf(node) }}
              >
                <TopologyNodeView
                  node={node}
                  machine={node.kind === 'machine' ? machines.get(node.machine.id) : undefined}
                  connectionId={connectionId}
                  onToggle={onToggle}
                />
              </Box>
            ))}
          </Box>
        </Box>
      </Box>
      <Paper
        variant="outlined"
        role="toolbar"
        aria-label={t('zoom.label')}
        sx={{ position: 'absolute', right: 16, bottom: 16, display: 'flex', flexDirection: 'column' }}
      >
        <ZoomButton
          icon={mdiMagnifyPlusOutline}
          label={t('zoom.in')}
          isDisabled={zoom >= ZOOM.most}
          onClick={() => setZoom(bounded(zoom + ZOOM.step))}
        />
        <ZoomButton
          icon={mdiMagnifyMinusOutline}
          label={t('zoom.out')}
          isDisabled={zoom <= ZOOM.least}
          onClick={() => setZoom(bounded(zoom - ZOOM.step))}
        />
        <ZoomButton icon={mdiFitToScreenOutline} label={t('zoom.fit')} isDisabled={false} onClick={fit} />
      </Paper>
    </Box>
  );
}

function bounded(zoom: number): number {
  return Math.min(ZOOM.most, Math.max(ZOOM.least, zoom));
}

function topOf({ row }: TopologyNode): number {
  return MARGIN + HEAD + row * ROW;
}

function inOrder(one: TopologyNode, other: TopologyNode): number {
  return one.column - other.column || one.row - other.row;
}

/** What stands in a column, as a key of the texts. */
function columnOf(column: number, columns: number): 'cards' | 'bridges' | 'networks' | 'machines' {
  if (column === columns - 1) return 'machines';
  if (column === columns - 2) return 'networks';
  return column === 0 ? 'cards' : 'bridges';
}

function Edge({ edge, nodes }: { edge: TopologyEdge; nodes: ReadonlyMap<string, TopologyNode> }): ReactNode {
  const from = nodes.get(edge.from);
  const to = nodes.get(edge.to);
  if (from === undefined || to === undefined) return null;
  const x1 = MARGIN + from.column * COLUMN + NODE.width;
  const y1 = topOf(from) + NODE.height / 2;
  const x2 = MARGIN + to.column * COLUMN;
  const y2 = topOf(to) + NODE.height / 2;
  // In the last gap, so that a long line runs straight behind what it passes.
  const bend = x2 - (COLUMN - NODE.width);
  const middle = (bend + x2) / 2;
  return (
    <path
      d={`M ${x1} ${y1} H ${bend} C ${middle} ${y1}, ${middle} ${y2}, ${x2} ${y2}`}
      fill="none"
      stroke={`var(--mui-palette-${edge.isLive ? 'success-main' : 'text-disabled'})`}
      strokeWidth={1.5}
      strokeOpacity={edge.isLive ? 0.9 : 0.5}
      {...(edge.isRouted && { strokeDasharray: '5 4' })}
    />
  );
}

/** The wheel with Ctrl, as everywhere; without it the picture scrolls. */
function useWheelZoom(box: { current: HTMLDivElement | null }, onZoom: (direction: 1 | -1) => void): void {
  const latest = useRef(onZoom);
  useEffect(() => {
    latest.current = onZoom;
  });
  useEffect(() => {
    const element = box.current;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      latest.current(event.deltaY < 0 ? 1 : -1);
    };
    // React's own listener could not keep the browser from zooming the page.
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, [box]);
}

interface Drag {
  onPointerDown: (event: PointerEvent<HTMLDivElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLDivElement>) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
}

/** Drags the picture by its background. */
function useDrag(box: { current: HTMLDivElement | null }): Drag {
  const last = useRef<{ x: number; y: number } | null>(null);
  const end = (): void => {
    last.current = null;
  };
  return {
    onPointerDown: ({ target, button, clientX, clientY, currentTarget, pointerId }) => {
      if (button !== 0 || (target instanceof Element && target.closest('a, button') !== null)) return;
      last.current = { x: clientX, y: clientY };
      currentTarget.setPointerCapture(pointerId);
    },
    onPointerMove: ({ clientX, clientY }) => {
      if (last.current === null) return;
      box.current?.scrollBy(last.current.x - clientX, last.current.y - clientY);
      last.current = { x: clientX, y: clientY };
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

interface ZoomButtonProps {
  icon: string;
  label: string;
  isDisabled: boolean;
  onClick: () => void;
}

function ZoomButton({ icon, label, isDisabled, onClick }: ZoomButtonProps): ReactNode {
  return (
    <Tooltip title={label} placement="left">
      <span>
        <IconButton size="small" aria-label={label} disabled={isDisabled} onClick={onClick}>
          <Icon path={icon} />
        </IconButton>
      </span>
    </Tooltip>
  );
}

import { Box, Button, Paper, Stack, Typography, type SxProps, type Theme } from '@mui/material';
import { memo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostCpuCell } from '../../../shared/contract/placement.ts';
import { cellText } from './cell-text.ts';
import { cpusOfCell } from './placement-plan.ts';

/** What is drawn and said of one CPU. */
export interface CpuMark {
  /** Whether the threads that are chosen may run there. */
  chosen: 'all' | 'some' | 'none';
  /** Threads of the machine that may run there, in words. */
  threads: string[];
  /** Other machines that are pinned to it. */
  others: string[];
}

interface CpuPictureProps {
  cells: readonly HostCpuCell[];
  markOf: (cpu: number) => CpuMark;
  /** The numbers of the cells that the machine's memory comes from; none where the host chooses. */
  memoryCells: readonly number[];
  isDisabled: boolean;
  onToggle: (cpus: readonly number[]) => void;
}

/** The CPUs of a host as they lie: cells, sockets, cores and their threads. One tab stop; arrow keys go on from there. */
export function CpuPicture({ cells, markOf, memoryCells, isDisabled, onToggle }: CpuPictureProps): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  const picture = useRef<HTMLDivElement>(null);
  const order = cells.flatMap(({ sockets }) => sockets.flatMap(({ cores }) => cores.flat()));
  const [current, setCurrent] = useState<number | null>(null);
  const stop = current !== null && order.includes(current) ? current : order[0];
  const hasSockets = new Set(cells.flatMap(({ sockets }) => sockets.map(({ id }) => id))).size > 1;
  const move = (event: KeyboardEvent): void => {
    const place = order.indexOf(stop ?? -1);
    const wanted = {
      ArrowRight: place + 1,
      ArrowDown: place + 1,
      ArrowLeft: place - 1,
      ArrowUp: place - 1,
      Home: 0,
      End: order.length - 1,
    }[event.key];
    const next = order[wanted ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    setCurrent(next);
    picture.current?.querySelector<HTMLElement>(`[data-cpu="${next}"]`)?.focus();
  };
  const toggle = ({ target }: MouseEvent): void => {
    const text = target instanceof Element ? target.closest('[data-cpu]')?.getAttribute('data-cpu') : null;
    if (isDisabled || text == null) return;
    setCurrent(Number(text));
    onToggle([Number(text)]);
  };
  const labelOf = (cpu: number, { threads, others }: CpuMark): string =>
    [
      t('placement.cpu', { number: cpu }),
      ...(threads.length === 0 ? [] : [listed(threads)]),
      ...(others.length === 0 ? [] : [t('placement.alsoThere', { machines: listed(others) })]),
    ].join(' · ');
  return (
    <Box
      ref={picture}
      role="group"
      aria-label={t('placement.picture')}
      onKeyDown={move}
      onClick={toggle}
      sx={pictureStyles}
    >
      {cells.map((cell) => {
        const cpus = cpusOfCell(cell);
        const title = t('placement.cell', { number: cell.id });
        return (
          <Paper key={cell.id} variant="outlined" role="group" aria-label={title} sx={{ p: 1.5, minWidth: 0 }}>
            <Stack direction="row" spacing={1} sx={{ alignItems: 'baseline', mb: 0.75 }}>
              <Box sx={{ flex: 1, minWidth: 0 }}>
                <Typography variant="subtitle2" component="h4">
                  {title}
                </Typography>
                <Typography variant="caption" color="text.secondary" component="p">
                  {cellText(cell, cpus.length, t, i18n.language)}
                </Typography>
                {memoryCells.includes(cell.id) && (
                  <Typography variant="caption" color="primary" component="p">
                    {t('placement.memoryHere')}
                  </Typography>
                )}
              </Box>
              {cpus.length > 1 && (
                <Button
                  size="small"
                  disabled={isDisabled}
                  aria-label={t('placement.wholeCell', { number: cell.id })}
                  onClick={() => onToggle(cpus)}
                  sx={{ flexShrink: 0, minWidth: 0 }}
                >
                  {t('placement.whole')}
                </Button>
              )}
            </Stack>
            {cell.sockets.map((socket) => (
              <Box key={socket.id} sx={{ '& + &': { mt: 1 } }}>
                {hasSockets && (
                  <Typography variant="caption" color="text.secondary" component="p" sx={{ mb: 0.25 }}>
                    {t('placement.socket', { number: socket.id })}
                  </Typography>
                )}
                <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75 }}>
                  {socket.cores.map((core) => (
                    <div key={core[0]} data-core>
                      {core.map((cpu) => {
                        const mark = markOf(cpu);
                        return (
                          <CpuSquare
                            key={cpu}
                            cpu={cpu}
                            chosen={mark.chosen}
                            isMine={mark.threads.length > 0}
                            hasOthers={mark.others.length > 0}
                            label={labelOf(cpu, mark)}
                            isStop={cpu === stop}
                            isDisabled={isDisabled}
                          />
                        );
                      })}
                    </div>
                  ))}
                </Box>
              </Box>
            ))}
          </Paper>
        );
      })}
    </Box>
  );
}

interface CpuSquareProps {
  cpu: number;
  chosen: CpuMark['chosen'];
  isMine: boolean;
  hasOthers: boolean;
  label: string;
  isStop: boolean;
  isDisabled: boolean;
}

/** One of hundreds: plain, styled by the picture, and drawn again only when it is another one. */
const CpuSquare = memo(function CpuSquare(props: CpuSquareProps): ReactNode {
  const { cpu, chosen, isMine, hasOthers, label, isStop, isDisabled } = props;
  return (
    <button
      type="button"
      data-cpu={cpu}
      data-chosen={chosen}
      data-mine={isMine}
      data-others={hasOthers}
      tabIndex={isStop ? 0 : -1}
      aria-label={label}
      aria-pressed={chosen === 'all' ? true : chosen === 'some' ? 'mixed' : false}
      aria-disabled={isDisabled}
      title={label}
    >
      {cpu}
    </button>
  );
});

const pictureStyles: SxProps<Theme> = {
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 400px), 1fr))',
  '& [data-core]': { display: 'flex', gap: '2px', p: '2px', borderRadius: 1, bgcolor: 'action.hover' },
  '& button[data-cpu]': {
    position: 'relative',
    minWidth: 26,
    height: 24,
    px: '3px',
    font: 'inherit',
    fontSize: 11,
    fontVariantNumeric: 'tabular-nums',
    borderRadius: '4px',
    cursor: 'pointer',
    border: '1px solid',
    borderColor: 'divider',
    bgcolor: 'background.paper',
    color: 'text.secondary',
  },
  '& button[data-mine="true"]': { borderColor: 'primary.main', color: 'primary.main' },
  '& button[data-chosen="some"]': { borderStyle: 'dashed' },
  '& button[data-chosen="all"]': { bgcolor: 'primary.main', color: 'primary.contrastText' },
  '& button[data-cpu]:hover': { borderColor: 'primary.main' },
  '& button[data-cpu][aria-disabled="true"]': { cursor: 'default' },
  '& button[data-cpu]:focus-visible': { outline: '2px solid', outlineColor: 'text.primary', outlineOffset: 1 },
  '& button[data-others="true"]::after': {
    content: '""',
    position: 'absolute',
    top: -3,
    right: -3,
    width: 8,
    height: 8,
    borderRadius: '50%',
    bgcolor: 'warning.main',
    border: '1px solid',
    borderColor: 'background.paper',
  },
};

const MAX_LISTED = 6;

function listed(names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  return more > 0 ? `${names.slice(0, MAX_LISTED).join(', ')} +${more}` : names.join(', ');
}

import { mdiChevronRight } from '@mdi/js';
import { Box, Stack, Tooltip, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChainLayer } from '../../../shared/contract/disk-chains.ts';
import { formatBytes } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';

type PictureLayer = Omit<ChainLayer, 'snapshot'> & Partial<Pick<ChainLayer, 'snapshot'>>;

interface ChainPictureProps {
  /** The top first, then what is below it. */
  layers: readonly PictureLayer[];
  /** False where something may be below the last one. */
  isComplete: boolean;
  /** What the top is, in words. */
  topText: string;
  /** What stands in the place of what is not known below. */
  unknownText: string;
}

/** What a disk or a volume stands on, as it grew: the base first, the top last. */
export function ChainPicture({ layers, isComplete, topText, unknownText }: ChainPictureProps): ReactNode {
  const grown = [...layers].reverse();
  return (
    <Stack
      component="ol"
      direction="row"
      useFlexGap
      sx={{ flex: 1, minWidth: 0, flexWrap: 'wrap', alignItems: 'center', gap: 0.5, m: 0, p: 0, listStyle: 'none' }}
    >
      {!isComplete && (
        <Stack component="li" direction="row" sx={{ alignItems: 'center', color: 'text.secondary' }}>
          <Typography variant="caption">{unknownText}</Typography>
          <Icon path={mdiChevronRight} />
        </Stack>
      )}
      {grown.map((layer, index) => (
        <Stack key={`${index}/${layer.path}`} component="li" direction="row" sx={{ alignItems: 'center', minWidth: 0 }}>
          <LayerBox layer={layer} topText={index === grown.length - 1 ? topText : null} />
          {index < grown.length - 1 && (
            <Box sx={{ display: 'flex', color: 'text.secondary', ml: 0.5 }}>
              <Icon path={mdiChevronRight} />
            </Box>
          )}
        </Stack>
      ))}
    </Stack>
  );
}

function LayerBox({ layer, topText }: { layer: PictureLayer; topText: string | null }): ReactNode {
  const { t, i18n } = useTranslation('snapshots');
  const { path, format, allocationBytes, snapshot = null } = layer;
  const isTop = topText !== null;
  const name = path === null ? t('chains.noFile') : (path.split('/').at(-1) ?? path);
  const facts = [format, allocationBytes === null ? null : formatBytes(allocationBytes, i18n.language), topText].filter(
    (each) => each !== null,
  );
  return (
    <Tooltip title={path ?? ''}>
      <Box
        sx={{
          px: 1.25,
          py: 0.5,
          minWidth: 96,
          maxWidth: 240,
          border: 1,
          borderRadius: 1,
          borderColor: isTop ? 'primary.main' : 'divider',
          bgcolor: 'background.paper',
        }}
      >
        <Typography variant="body2" noWrap sx={{ fontFamily: 'var(--vd-font-mono)', fontSize: '0.75rem' }}>
          {name}
        </Typography>
        <Typography variant="caption" color="text.secondary" noWrap component="div">
          {facts.join(' · ')}
        </Typography>
        {snapshot !== null && (
          <Typography variant="caption" color="text.secondary" noWrap component="div">
            {t('chains.since', { name: snapshot })}
          </Typography>
        )}
      </Box>
    </Tooltip>
  );
}

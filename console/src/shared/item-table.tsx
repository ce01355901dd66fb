/** A list of things of the account: filtered, sorted and paged here, one of them selected for the buttons above. */
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { type ReactNode, useState } from 'react';
import { Refusal } from './refusal.tsx';

export interface Column<T> {
  readonly title: string;
  /** What is shown. */
  cell(item: T): ReactNode;
  /** What is sorted by and searched in; without it the column is neither. */
  text?(item: T): string;
}

export interface ItemTableProps<T extends object> {
  /** `APIs` */
  readonly title: string;
  readonly description?: ReactNode;
  readonly items: readonly T[] | undefined;
  readonly error?: unknown;
  readonly columns: readonly Column<T>[];
  idOf(item: T): string;
  /** Buttons of the heading. */
  readonly actions?: ReactNode;
  /** What to say when there is nothing, and what to do about it. */
  readonly empty: ReactNode;
  readonly selected?: T | undefined;
  onSelect?(item: T | undefined): void;
  readonly variant?: TableProps['variant'];
  /** Heading size: h1 for a page's own list, h2 for one of several. */
  readonly level?: 'h1' | 'h2';
}

const pageSize = 25;

export function ItemTable<T extends object>(props: ItemTableProps<T>) {
  const { title, description, items, error, columns, idOf, actions, empty, selected, onSelect, level = 'h1' } = props;
  const [sought, setSought] = useState('');
  const [page, setPage] = useState(1);
  const [sorting, setSorting] = useState<{ column: number; descending: boolean }>({ column: 0, descending: false });
  const textOf = columns[sorting.column]?.text;
  const found = (items ?? []).filter((item) => columns.some((column) => contains(column.text?.(item), sought)));
  const ordered =
    textOf === undefined
      ? found
      : found.toSorted((a, b) => compare(textOf(a), textOf(b)) * (sorting.descending ? -1 : 1));
  const pages = Math.max(1, Math.ceil(ordered.length / pageSize));
  const shownPage = Math.min(page, pages);
  const definitions = columns.map((column, i) => ({
    id: String(i),
    header: column.title,
    cell: column.cell,
    ...(column.text && { sortingField: String(i) }),
    ...(i === 0 && { isRowHeader: true }),
  }));
  return (
    <SpaceBetween size="m">
      <Refusal error={error} />
      <Table<T>
        variant={props.variant ?? (level === 'h1' ? 'full-page' : 'container')}
        trackBy={idOf}
        items={ordered.slice((shownPage - 1) * pageSize, shownPage * pageSize)}
        columnDefinitions={definitions}
        loading={items === undefined && !error}
        loadingText="Loading"
        enableKeyboardNavigation
        wrapLines
        sortingColumn={definitions[sorting.column]!}
        sortingDescending={sorting.descending}
        onSortingChange={({ detail }) =>
          setSorting({ column: Number(detail.sortingColumn.sortingField), descending: detail.isDescending ?? false })
        }
        {...(onSelect && {
          selectionType: 'single',
          selectedItems: selected === undefined ? [] : [selected],
          onSelectionChange: ({ detail }) => onSelect(detail.selectedItems[0]),
        })}
        ariaLabels={{
          selectionGroupLabel: title,
          itemSelectionLabel: (_, item) => `Select ${idOf(item)}`,
          tableLabel: title,
        }}
        header={
          <Header
            variant={level === 'h1' ? 'awsui-h1-sticky' : 'h2'}
            counter={items ? `(${items.length})` : ''}
            actions={actions}
            description={description}
          >
            {title}
          </Header>
        }
        filter={
          items && items.length > 5 ? (
            <TextFilter
              filteringText={sought}
              filteringPlaceholder={`Find ${title}`}
              filteringAriaLabel={`Find ${title}`}
              countText={sought && `${found.length} ${found.length === 1 ? 'match' : 'matches'}`}
              onChange={({ detail }) => setSought(detail.filteringText)}
            />
          ) : undefined
        }
        pagination={
          pages > 1 ? (
            <Pagination
              currentPageIndex={shownPage}
              pagesCount={pages}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
            />
          ) : undefined
        }
        empty={
          <Box textAlign="center" color="inherit" padding="m">
            {sought ? 'Nothing matches.' : empty}
          </Box>
        }
      />
    </SpaceBetween>
  );
}

const contains = (text: string | undefined, sought: string): boolean =>
  sought === '' || (text?.toLowerCase().includes(sought.toLowerCase()) ?? false);
const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

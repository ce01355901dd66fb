import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import TreeView from '@cloudscape-design/components/tree-view';
import { useState } from 'react';
import { hrefOf } from '../../shell/router.ts';
import { type ResourceNode, resourcePath } from './resources.ts';

interface TreeItem {
  readonly id: string;
  readonly text: string;
  readonly verb?: string;
  readonly node: ResourceNode;
}

export interface ResourceTreeProps {
  readonly apiId: string;
  readonly root: ResourceNode;
  /** `{resourceId}` or `{resourceId} {verb}` */
  readonly selected: string;
}

/** The tree of paths; below each its methods, then its children (row CON-02). Everything is open until it is closed. */
export function ResourceTree({ apiId, root, selected }: ResourceTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const open = allIds(root).filter((id) => !closed.has(id));
  return (
    <TreeView<TreeItem>
      ariaLabel="Resources"
      items={[itemOf(root)]}
      getItemId={(item) => item.id}
      getItemChildren={({ node, verb }) => {
        if (verb !== undefined) return undefined;
        const verbs = [...node.methods.keys()].map((each) => ({
          id: `${node.id} ${each}`,
          text: each,
          verb: each,
          node,
        }));
        const items = [...verbs, ...node.children.map(itemOf)];
        return items.length === 0 ? undefined : items;
      }}
      expandedItems={open}
      onItemToggle={({ detail }) => {
        const next = new Set(closed);
        if (detail.expanded) next.delete(detail.id);
        else next.add(detail.id);
        setClosed(next);
      }}
      i18nStrings={{
        expandButtonLabel: (item) => `Open ${item.text}`,
        collapseButtonLabel: (item) => `Close ${item.text}`,
      }}
      renderItem={(item) => ({
        content: <Entry apiId={apiId} item={item} isSelected={item.id === selected} />,
        announcementLabel: item.text,
      })}
    />
  );
}

function Entry({ apiId, item, isSelected }: { apiId: string; item: TreeItem; isSelected: boolean }) {
  const { node, verb, text } = item;
  const href = hrefOf(resourcePath(apiId, node.id, verb));
  if (isSelected) {
    return (
      <Box variant="span" fontWeight="bold">
        <span aria-current="page">{text}</span>
      </Box>
    );
  }
  return (
    <Link
      href={href}
      variant={verb === undefined ? 'secondary' : 'primary'}
      ariaLabel={verb ? `${verb} ${node.path}` : node.path}
    >
      {text}
    </Link>
  );
}

const itemOf = (node: ResourceNode): TreeItem => ({
  id: node.id,
  text: node.parentId === undefined ? '/' : `/${node.pathPart}`,
  node,
});

function allIds(node: ResourceNode): string[] {
  return [node.id, ...node.children.flatMap(allIds)];
}

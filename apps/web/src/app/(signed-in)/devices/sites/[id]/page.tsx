import { SitePage } from '../../../../../features/groups/site-page.tsx';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <SitePage id={(await params).id} />;
}

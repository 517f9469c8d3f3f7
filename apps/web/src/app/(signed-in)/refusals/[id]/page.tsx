import { RefusalPage } from '../../../../features/sessions/refusal-page.tsx';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <RefusalPage id={id} />;
}

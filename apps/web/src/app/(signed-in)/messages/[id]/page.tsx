import { StoryPage } from '../../../../features/messages/story-page.tsx';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <StoryPage id={id} />;
}

for (const box of document.querySelectorAll('.copy')) {
  const button = document.createElement('button')
  const says = text => { button.textContent = text }
  button.type = 'button'
  says('Copy')
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(box.querySelector('pre').textContent)
      says('Copied')
    } catch {
      getSelection().selectAllChildren(box.querySelector('pre'))
      says('Selected')
    }
    setTimeout(says, 2000, 'Copy')
  })
  box.append(button)
}

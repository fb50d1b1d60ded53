"""What each act of the agglomeration leads to, in one sentence or two, beside its button.

Who is told, which time begins to run, what can't be undone. What the carrier alone does says so on
the page that asks first (`actions/space/views.py`).
"""

from actions.enums import Transition as T  # noqa: N817 - the table reads like the one of the rules

CONSEQUENCES: dict[T, str] = {
    T.REQUEST_CORRECTION: "Le porteur et ses co-porteurs reçoivent votre message par courriel, "
    "avec la date que vous fixez, et peuvent de nouveau écrire dans leur dossier\u00a0: vous le "
    "reprendrez quand ils l’auront renvoyé.",
    T.ADMIT: "Le porteur l’apprend par courriel. La grille en vigueur est liée à l’action pour "
    "toujours, et personne ne change plus ni les textes ni les montants du dossier, sauf à le "
    "rendre à l’instruction avant qu’une évaluation soit envoyée.",
    T.RETURN_TO_SCREENING: "Le porteur l’apprend par courriel, avec votre motif. L’évaluation "
    "s’arrête jusqu’à ce que vous admettiez de nouveau le dossier.",
    T.CLOSE_EVALUATION: "Le résultat est calculé et figé\u00a0: plus personne n’envoie ni ne "
    "reprend d’évaluation. Aucun courriel ne part. Rouvrir demandera deux personnes et un motif.",
    T.REOPEN_EVALUATION: "Rien ne change avant qu’un membre de la commission confirme. Le "
    "résultat est alors effacé de l’action, l’historique le garde, et les évaluateurs peuvent "
    "reprendre leurs évaluations. Aucun courriel ne part.",
    T.PRIORITISE: "Rien ne change avant qu’une deuxième personne confirme. Le porteur l’apprend "
    "alors aussitôt par courriel, avec le montant\u00a0; l’action, son résultat et la part "
    "publique du motif sont publiés. Ensuite, seul un avenant change le montant.",
    T.POSTPONE: "Rien ne change avant qu’une deuxième personne confirme. Le porteur l’apprend "
    "alors aussitôt par courriel, avec le motif\u00a0; le titre, le porteur et l’état sont "
    "publiés. La commission pourra y revenir.",
    T.RECONSIDER: "Le porteur l’apprend par courriel, avec votre motif. L’action revient devant "
    "la commission, et n’est plus publiée.",
    T.ANNOUNCE_REFUSAL: "Le porteur l’apprend aussitôt par courriel, avec le motif\u00a0: il a "
    "quinze jours pour répondre. Le refus ne se confirme qu’après ces quinze jours, ou une fois "
    "sa réponse examinée\u00a0; on n’y renonce que s’il répond.",
    T.CONFIRM_REFUSAL: "Le porteur l’apprend aussitôt par courriel, avec le motif et les voies de "
    "recours, dont le délai commence à courir. Ensuite, seule la commission, à deux, peut faire "
    "droit à un recours.",
    T.WITHDRAW_REFUSAL: "Le porteur l’apprend aussitôt par courriel. Le dossier revient là où il "
    "était\u00a0; pour le refuser, il faudra annoncer un autre refus, avec quinze autres jours.",
    T.APPEAL_UPHELD: "Rien ne change avant qu’une deuxième personne confirme. Le porteur "
    "l’apprend alors aussitôt par courriel, et le dossier revient là où il était avant le refus.",
    T.START: "Le porteur l’apprend par courriel et la date de début est celle "
    "d’aujourd’hui\u00a0: les douze mois avant la réévaluation commencent. L’action ne revient "
    "plus à «\u00a0Priorisée\u00a0».",
    T.COMPLETE: "Le porteur l’apprend par courriel et le bilan que vous saisissez est publié. "
    "C’est définitif\u00a0: plus aucun avenant n’est possible.",
    T.ABANDON: "Le porteur l’apprend par courriel, avec votre motif, dont la part publique paraît "
    "aussitôt sur la page de l’action. C’est définitif\u00a0: elle ne compte plus parmi les "
    "actions financées.",
}
ASKING = (
    "Chaque personne choisie l’apprend par courriel, avec la date à laquelle rendre son "
    "évaluation. Vous pourrez la remplacer, ou lui donner une autre date, tant qu’elle n’a rien "
    "envoyé."
)
NOTING_DELIBERATION = (
    "Le porteur l’apprend par courriel et le montant devient accordé. Le numéro et la date ne se "
    "modifient plus."
)
